"""The lock files say what pyproject.toml says, and a second installation does nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tools import install, lock, processes
from tools.places import REQUIREMENTS, ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(REQUIREMENTS, tmp_path / "requirements")
    return tmp_path


def test_a_changed_declaration_is_told_until_it_is_locked(checkout: Path) -> None:
    path = checkout / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Django==5.2.19"', '"Django==5.2.20"'), encoding="utf-8")
    said = "\n".join(lock.disagreements(root=checkout))
    assert "requirements/run.txt was made from another pyproject.toml" in said
    assert "requirements/run.txt: django is not 5.2.20" in said


def test_an_address_in_a_lock_is_told(checkout: Path) -> None:
    path = checkout / "requirements" / "run.txt"
    path.write_text(
        "--index-url https://packages.example/simple\n" + path.read_text("utf-8"), encoding="utf-8"
    )
    assert "requirements/run.txt holds an address: make lock" in lock.disagreements(root=checkout)


@pytest.mark.parametrize("group", ["run", "test"])
def test_each_pin_is_dealt_out_once_with_its_hashes(group: str, tmp_path: Path) -> None:
    whole = REQUIREMENTS / f"{group}.txt"
    parts = install.parts_of(whole, number=3, folder=tmp_path)
    read = [part.read_text(encoding="utf-8") for part in parts]
    pins = [lock.pins(text) for text in read]
    assert {name: at for one in pins for name, at in one.items()} == lock.pins(whole.read_text("utf-8"))
    assert sum(map(len, pins)) == len(lock.pins(whole.read_text("utf-8"))) > 50
    assert sum(text.count("--hash=") for text in read) == whole.read_text("utf-8").count("--hash=")
    assert max(map(len, pins)) - min(map(len, pins)) <= 1


def test_every_locked_requirement_has_a_hash() -> None:
    for group in ("run", "test"):
        entries = (REQUIREMENTS / f"{group}.txt").read_text("utf-8").split("==")[1:]
        assert all("--hash=sha256:" in entry for entry in entries)


def test_what_is_installed_is_not_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    digest = hashlib.sha256((REQUIREMENTS / "run.txt").read_bytes()).hexdigest()
    stamp = tmp_path / "stamp.json"
    stamp.write_text(json.dumps({"run": digest, "python": install._own_python()}), encoding="utf-8")
    monkeypatch.setattr(install, "_STAMP", stamp)
    monkeypatch.setattr(processes, "answer", lambda *a, **k: pytest.fail("called a program"))
    install.ensure("run")


def test_an_environment_of_another_python_or_place_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stamp = tmp_path / "stamp.json"
    stamp.write_text(json.dumps({"run": "digest", "python": "3.11 in /elsewhere/.venv"}), encoding="utf-8")
    monkeypatch.setattr(install, "_STAMP", stamp)
    assert install.installed() == {}
