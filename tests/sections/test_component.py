"""The web component as a file: small, in step with its source, readable by old browsers, at lasting addresses."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

from cms.sections import scripts
from tools import component

STATIC = Path(settings.BASE_DIR) / "static" / "embed"
MOST = 3 * 1024
FLOOR = 2017
"""The edition of ECMAScript that a browser must read; one that cannot shows what stands inside the element."""


def content() -> bytes:
    return (STATIC / "kho57-section.js").read_bytes()


def test_the_file_is_what_the_source_makes() -> None:
    assert component.build() == content(), "python -m tools.component"


def test_it_is_at_most_three_kilobytes_as_it_goes_over_the_line(client: Client) -> None:
    answer = client.get("/embed/kho57-section.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "br"
    assert len(answer.content) <= MOST
    assert brotli.decompress(answer.content) == content()


def test_a_browser_of_2017_can_read_it() -> None:
    parse = f"require('acorn').parse(require('fs').readFileSync(0, 'utf8'), {{ecmaVersion: {FLOOR}}})"
    node = shutil.which("node")
    assert node, "Node is missing: make test"
    read = subprocess.run(
        [node, "-e", parse], input=content(), cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    assert read.returncode == 0, read.stderr.decode()


def test_it_keeps_nothing_and_names_no_other_site() -> None:
    text = content().decode()
    for word in (
        "cookie",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "eval(",
        "innerHTML",
        "http://",
        "https://",
    ):
        assert word not in text


def test_every_version_that_was_given_out_stays_as_it_was() -> None:
    found = sorted((STATIC / "v1").iterdir())
    assert [component.version(each.read_bytes()) for each in found] == [each.name for each in found]
    assert (STATIC / "v1" / component.version(content())).is_file(), "python -m tools.component"


def test_a_version_is_for_ever_and_its_sum_is_that_of_the_file(client: Client) -> None:
    answer = client.get(scripts.version_path())
    assert answer.status_code == 200 and "immutable" in answer["Cache-Control"]
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
    assert scripts.integrity() == f"sha384-{digest}"
    again = client.get(scripts.version_path(), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/embed/kho57-section.js", "/embed/kho57-frame.js"])
def test_scripts_may_be_loaded_by_every_site_and_ask_again_within_the_hour(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"].startswith("public, max-age=3600,")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Vary"] == "Accept-Encoding" and not answer.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "name", ["kho57-section.000000000000.js", "kho57-section.js", "..%2Fkho57-frame.js", "x"]
)
def test_a_version_that_never_was_is_404(name: str, client: Client) -> None:
    assert client.get(f"/embed/v1/{name}").status_code == 404
