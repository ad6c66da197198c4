"""Each failure of the two commands says what to do, in English and Vietnamese."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port
from tools import debian, explain_old_python, install, ports, prepare, problem, processes
from tools.places import ROOT

OLD_PYTHON = """#!/bin/sh
# Python that believes to be 3.9: make calls it as "python -m tools.run".
exec {python} -c "
import runpy, sys
sys.version_info = (3, 9, 2, 'final', 0)
runpy.run_module(sys.argv[1], run_name='__main__')" "$2"
"""


def run(*command: str, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    options: dict[str, Any] = {"cwd": ROOT, "env": os.environ | env, "capture_output": True, "text": True}
    return subprocess.run(command, input=typed, timeout=60, check=False, **options)


@pytest.fixture
def taken_port() -> Any:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_old_python_is_told_which_one_to_install(tmp_path: Path) -> None:
    shim = tmp_path / "python3"
    shim.write_text(OLD_PYTHON.format(python=sys.executable), encoding="utf-8")
    shim.chmod(0o755)
    said = run("make", "run", f"PYTHON={shim}")
    assert said.returncode != 0
    assert "needs Python 3.11 or newer; this is 3.9" in said.stderr
    assert "cần Python 3.11 trở lên; máy này đang dùng 3.9" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 1), (4, 0)])
def test_a_newer_python_will_do(version: tuple[int, ...]) -> None:
    assert explain_old_python(version) == ""


def test_a_machine_without_python_is_told_to_install_it() -> None:
    said = run("make", "run", "PYTHON=no-such-python")
    assert said.returncode != 0
    assert "apt install python3 python3-venv" in said.stderr
    assert "cần Python" in said.stderr


def test_a_taken_port_is_named_with_one_that_is_free(taken_port: int) -> None:
    said = run(sys.executable, "-m", "tools.run", PORT=str(taken_port))
    assert said.returncode == 1
    assert f"Port {taken_port} is taken" in said.stderr
    assert f"Cổng {taken_port} đang được" in said.stderr
    assert "make run PORT=" in said.stderr


def test_the_port_of_the_example_agency_is_looked_at_too(taken_port: int) -> None:
    with pytest.raises(problem.Problem, match=f"Port {taken_port} is taken"):
        ports.refuse_taken(taken_port - 1)


@pytest.mark.parametrize("value", ["0", "65535", "abc", "-1", "٨٠٠٠", "99999999999"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(problem.Problem, match="is no port"):
        ports.chosen()


def test_a_missing_venv_module_is_named_as_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(problem.Problem) as caught:
        install.make_venv()
    assert "apt install python3" in caught.value.english
    assert "thiếu mô-đun venv" in caught.value.vietnamese


def test_a_nearly_full_disk_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 99, 1))
    monkeypatch.setattr(install, "_STAMP", tmp_path / "none.json")
    monkeypatch.setattr(processes, "answer", lambda *a, **k: pytest.fail("began in spite of a full disk"))
    with pytest.raises(problem.Problem, match="disk is full"):
        install.ensure("run")


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        (
            "WARNING: Retrying … NewConnectionError: [Errno -3] Temporary failure in name resolution",
            "no network",
        ),
        ("ERROR: ReadTimeoutError: Read timed out.", "no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not possible to install"),
    ],
)
def test_what_pip_says_becomes_what_to_do(said: str, english: str) -> None:
    assert english in install.explain(said).english


def test_a_disk_that_fills_up_on_the_way_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    def fill() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    with pytest.raises(SystemExit) as ended:
        problem.run(fill)
    assert ended.value.code == 1
    assert "Ổ đĩa đã đầy (/somewhere)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "english", "vietnamese"),
    [
        ("postgres://kho57:secret@127.0.0.1:{closed}/kho57", "does not answer", "không trả lời"),
        ("mysql://kho57@127.0.0.1/kho57", "DATABASE_URL must begin with postgres://", "thiết lập chưa đúng"),
        ("postgres://kho57@127.0.0.1:5432", "names no database", "thiết lập chưa đúng"),
    ],
)
def test_a_wrong_database_address_is_told(url: str, english: str, vietnamese: str, tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
    said = run(sys.executable, "-m", "tools.serve", DATABASE_URL=url.format(closed=free_port()), **env)
    assert said.returncode == 1
    assert english in said.stderr
    assert vietnamese in said.stderr.lower()
    assert "Traceback" not in said.stderr
    assert "secret" not in said.stderr


def test_two_runs_do_not_share_a_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with prepare.alone(), pytest.raises(problem.Problem, match="already running"), prepare.alone():
        pytest.fail("two runs at once")
    with prepare.alone():
        """The folder is free again."""


def test_programs_that_are_missing_are_named_where_apt_may_not_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(debian.Program, "here", lambda self: self.package not in ("redis-server", "chromium"))
    monkeypatch.setattr(debian, "_apt", lambda: None)
    with pytest.raises(problem.Problem) as caught:
        debian.ensure()
    assert "apt-get install --no-install-recommends redis-server chromium" in caught.value.english
    assert "redis-server chromium" in caught.value.vietnamese


@pytest.mark.parametrize(("known", "installed"), [(True, ["chromium-headless-shell"]), (False, [])])
def test_what_only_saves_time_is_installed_where_apt_knows_it(
    monkeypatch: pytest.MonkeyPatch, known: bool, installed: list[str]
) -> None:
    asked: list[list[str]] = []

    def answer(command: list[str], **_options: Any) -> tuple[int, str]:
        asked.append(command)
        return (0 if known or command[0] != "apt-cache" else 100), ""

    monkeypatch.setattr(debian.Program, "here", lambda self: not self.optional)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian, "_apt", lambda: ["apt-get"])
    monkeypatch.setattr(processes, "answer", answer)
    debian.ensure()
    assert [command[5:] for command in asked if "install" in command] == ([installed] if known else [])


def test_what_only_saves_time_is_asked_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian.Program, "here", lambda self: not self.optional)
    monkeypatch.setattr(debian, "_apt", lambda: None)
    debian.ensure()


def test_programs_that_are_there_are_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian.Program, "here", lambda self: True)
    monkeypatch.setattr(processes, "answer", lambda *a, **k: pytest.fail("called apt"))
    debian.ensure()


def test_the_demonstration_is_not_thrown_away_without_a_yes(tmp_path: Path) -> None:
    kept = tmp_path / "kho57.sqlite3"
    kept.write_bytes(b"x")
    said = run(sys.executable, "-m", "tools.demo_reset", typed="no\n", DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert "Nothing was deleted" in said.stderr
    assert kept.exists()
