"""The Nu HTML checker (vnu-jar, named in package-lock.json) finds no error on any page and in no style sheet."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cms.settings.environment import BASE_DIR
from tests.browser import pages
from tests.browser.demo_site import DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOT_KNOWN_TO_THE_CHECKER = (
    # CSS Containment level 3 and 5, in all browsers since 2023; the checker's grammar is older.
    "Property “container-type” doesn't exist",
    "Unrecognized at-rule “@container”",
    # A custom property may stand for any length (CSS Custom Properties level 1, section 3).
    "“width”: Invalid type: “100%, var(--w)”",
    # CSS Basic User Interface level 4; where a browser does not know it the field scrolls.
    "Property “field-sizing” doesn't exist",
)
CHECKER = BASE_DIR / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def check(*options: str, files: list[Path]) -> list[dict[str, Any]]:
    """The checker's messages about ``files``, from one start of Java."""
    java = shutil.which("java")
    assert java, "Java is missing: apt-get install default-jre-headless"
    assert CHECKER.is_file(), "vnu-jar is missing: make test, or npm ci"
    command = [java, "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", *options]
    done = subprocess.run([*command, *map(str, files)], check=True, capture_output=True, text=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return messages


def told(message: dict[str, Any]) -> str:
    where = f"{Path(message.get('url', '')).name}:{message.get('lastLine', 0)}"
    return f"{where} · {message['message']} · {message.get('extract', '')[:120]!r}"


def errors(messages: list[dict[str, Any]]) -> list[str]:
    return [told(message) for message in messages if message["type"] != "info"]


def test_every_page_is_valid_html(demo: DemoSite, tmp_path: Path) -> None:
    files = []
    for name, meant in {**pages.public(demo), "login": pages.Address("/admin/login/")}.items():
        files.append(tmp_path / f"{name.replace(': ', '-').replace(' ', '-')}.html")
        files[-1].write_text(demo.running.text(meant.path, status=meant.status), encoding="utf-8")
    found = errors(check(files=files))
    assert found == [], "\n" + "\n".join(found)


def test_pages_for_when_nothing_works_are_valid_html() -> None:
    files = sorted((BASE_DIR / "cms" / "operations" / "pages").glob("*.html"))
    assert files
    found = errors(check(files=files))
    assert found == [], "\n" + "\n".join(found)


def test_our_style_sheets_are_valid() -> None:
    files = sorted((BASE_DIR / "static").glob("*/*.css"))
    assert files
    found = [
        error
        for error in errors(check("--css", files=files))
        if not any(known in error for known in NOT_KNOWN_TO_THE_CHECKER)
    ]
    assert found == [], "\n" + "\n".join(found)


def test_the_checker_does_find_errors(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<!doctype html><html lang=vi><title>x</title><p><div></p><img src=a>", encoding="utf-8")
    assert len(errors(check(files=[page]))) >= 2
