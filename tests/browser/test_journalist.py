"""A journalist finds by rights, collects seven resources of all kinds and takes them as one ZIP over a line that
breaks; every program opens it, and the credit is read back from inside the files."""

from __future__ import annotations

import http.client
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import av
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import axe
from tests.browser.demo_site import DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KINDS = ("infographic", "video", "podcast", "article", "photo", "document")
Kit = tuple[str, bytes]
"""Its address and its bytes as the browser saved them."""


@pytest.fixture(scope="module")
def context(whole_browser: Browser, demo: DemoSite) -> Iterator[BrowserContext]:
    made = whole_browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(context: BrowserContext, demo: DemoSite) -> Page:
    """Stands on the lightbox with seven resources: one of each kind found by its rights, one from the library."""
    page = context.new_page()
    for count, kind in enumerate(KINDS, start=1):
        page.goto(f"{demo.address}/vi/press/?rights=now&kind={kind}")
        page.locator(".choose button").first.click()
        expect(page.locator(".tray [role=status]")).to_have_text(f"{count} tài nguyên")
        expect(page.locator(".choose [aria-pressed=true]")).to_have_count(1)
    page.goto(f"{demo.address}/vi/search/?q=k%E1%BB%B9+n%C4%83ng+s%E1%BB%91&kind=infographic")
    page.locator(".choose button[aria-pressed=false]").first.click()
    expect(page.locator(".tray [role=status]")).to_have_text("7 tài nguyên")
    page.get_by_role("link", name="Mở khay").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tập hợp ngày")
    return page


@pytest.fixture(scope="module")
def kit(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """Every size of every resource, as Chromium saved it."""
    for box in page.locator("input[name=take]").all():
        box.check()
    page.get_by_label("Dùng cho").select_option("news")
    page.get_by_label("Tôi sẽ ghi nguồn như đã nêu").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải gói ZIP").click()
    path = tmp_path_factory.mktemp("kit") / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".zip"
    return download.value.url, path.read_bytes()


def received(
    address: str, *, most: int | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """What comes over a connection of its own, which is closed after ``most`` bytes: the cut."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.netloc, timeout=30)
    line.request("GET", parts.path, headers=headers)
    answer = line.getresponse()
    body = answer.read(most)
    line.close()
    return answer, body


def test_cut_in_the_middle_and_resumed_it_is_the_same_byte_for_byte(kit: Kit) -> None:
    address, whole = kit
    cut = len(whole) // 2 + 1
    first, begun = received(address, most=cut)
    assert (first.status, int(str(first.headers["Content-Length"]))) == (200, len(whole))
    etag = str(first.headers["ETag"])
    second, rest = received(address, **{"Range": f"bytes={cut}-", "If-Range": etag})
    assert second.status == 206
    assert begun + rest == whole


def test_every_program_opens_it(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "goi.zip"
    path.write_bytes(kit[1])
    with zipfile.ZipFile(path) as read:
        assert read.testzip() is None
        told = json.loads(read.read("manifest.json"))
    assert {one["kind"] for one in told["resources"]} == set(KINDS) and len(told["resources"]) == 7
    for command in (["unzip", "-tqq"], ["7z", "t", "-bd"]):
        subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=60)


def test_the_credit_is_read_back_from_inside_the_files(kit: Kit, tmp_path: Path) -> None:
    """Pictures and PDF by exiftool, film and sound by PyAV, texts as they are."""
    with zipfile.ZipFile(io.BytesIO(kit[1])) as read:
        read.extractall(tmp_path)
        told = json.loads(read.read("manifest.json"))
    credit_of = {
        file["name"]: (file["media_type"], re.sub(r", CC [^,]+$", "", resource["credit"]))
        for resource in told["resources"]
        for file in resource["files"]
    }
    asked = [
        name for name, (kind, _credit) in credit_of.items() if kind.startswith("image/") or "pdf" in kind
    ]
    command = ["exiftool", "-json", "-charset", "utf8", "-charset", "filename=utf8", *asked]
    found = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=120)
    said = {one["SourceFile"]: json.dumps(one, ensure_ascii=False) for one in json.loads(found.stdout)}
    for name, (kind, _credit) in credit_of.items():
        if kind.startswith(("video/", "audio/")):
            with av.open(str(tmp_path / name)) as opened:
                streams = [stream.metadata for stream in opened.streams]
                said[name] = json.dumps([opened.metadata, *streams], ensure_ascii=False)
        elif kind in ("text/plain", "text/html"):
            said[name] = (tmp_path / name).read_text(encoding="utf-8")
    kinds = {credit_of[name][0] for name in said}
    assert {"image/jpeg", "application/pdf", "video/mp4", "audio/mpeg", "text/plain"} <= kinds
    assert [name for name in said if credit_of[name][1] not in said[name]] == []


def test_the_pages_pass_axe_at_both_widths_in_both_languages(page: Page, context: BrowserContext) -> None:
    key = urlsplit(page.url).path.split("/")[4]
    looking = context.new_page()
    site = page.url.split("/vi/")[0]
    page.get_by_role("button", name="Tạo liên kết").click()
    shared = page.locator(".share-link [data-copied]").first.inner_text().split("/vi/")[1]
    paths = ["press/lightbox/", f"press/lightbox/{key}/", f"press/lightbox/{key}/compare/", shared]
    wrong = []
    for language in ("vi", "en"):
        for path in paths:
            looking.goto(f"{site}/{language}/{path}")
            for width in (390, 1280):
                looking.set_viewport_size({"width": width, "height": 844})
                wrong += [(language, path, width, line) for line in axe.broken(looking)]
                wide = looking.evaluate("document.documentElement.scrollWidth")
                wrong += [(language, path, width, f"{wide} wide")] if wide > width else []
    looking.goto(f"{site}/vi/press/")
    expect(looking.locator(".tray")).to_be_visible()
    wrong += [("tray", line) for line in axe.broken(looking)]
    looking.close()
    assert wrong == []


def test_everything_by_keyboard(page: Page) -> None:
    """Order, taking out and its undoing, a name: no pointer is needed, and the focus is to be seen."""
    page.goto(page.url.partition("?")[0])
    titles = page.locator(".kit-entry h2")
    first, second = titles.nth(0).inner_text(), titles.nth(1).inner_text()
    page.get_by_role("button", name=f"Đưa xuống: {first}").focus()
    page.keyboard.press("Enter")
    expect(titles.nth(0)).to_have_text(second)
    page.locator(".kit-entry").nth(0).get_by_role("button", name="Bỏ khỏi khay").focus()
    page.keyboard.press("Enter")
    expect(titles).to_have_count(6)
    expect(titles.nth(0)).to_have_text(first)
    page.get_by_role("button", name="Hoàn tác").focus()
    page.keyboard.press("Enter")
    expect(titles.nth(0)).to_have_text(second)
    page.get_by_text("Đổi tên").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Trang khoa học 10/10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang khoa học 10/10")
