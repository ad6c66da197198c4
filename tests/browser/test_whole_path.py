"""The whole path, by hand: a communicator's file, an editor's approval, a citizen's search, an agency's page,
and everything taken back.

That it happens is asserted here; how long it takes is printed, and measured over many publications by
``bench/visible.py``: two seconds at the 95th percentile are to hold.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.settings.environment import BASE_DIR
from tests.browser.running import PASSWORD, Running

# One process, so that one site is started for all of them.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("whole path")]

PHOTO = BASE_DIR / "demo" / "photos" / "anh-gau-truc-do.jpg"
FILM = BASE_DIR / "tests" / "media" / "rabbit.mp4"
CAPTIONS = BASE_DIR / "demo" / "videos" / "vd-kho-57-la-gi.vi.vtt"
HANGING = 30.0
"""Seconds after which a test gives up. How long it did take is printed, and measured in bench/."""


def shown_in(feed: str) -> set[str]:
    """Ids of what a feed shows; of what is gone it names the id elsewhere, as a tombstone."""
    return {entry["id"] for entry in json.loads(feed)["items"]}


def signed_in(browser: Browser, site: Running, username: str) -> Page:
    page = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{site.address}/admin/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/admin/$"))
    return page


def seconds_until(holds: Callable[[], bool], what: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < HANGING:
        if holds():
            return time.monotonic() - started
        time.sleep(0.05)
    raise AssertionError(f"not within {HANGING:.0f} s: {what}")


def act(page: Page, name: str) -> None:
    """Press the action ``name`` in the menu at the foot of the form."""
    button = page.locator(f"button[name={name}]")
    if not button.is_visible():
        page.locator(
            "footer [data-w-dropdown-target=toggle], nav.footer__container .w-dropdown__toggle"
        ).first.click()
    button.click()
    page.wait_for_load_state("load")


def upload(page: Page, site: Running, *, kind: str, title: str, file: Path) -> str:
    """Fill the one screen and send it for approval; returns the address of the edit page."""
    page.goto(f"{site.address}/admin/resources/add/")
    page.locator(f'a[href*="kind={kind}"]').first.click()
    page.set_input_files("input[name=main_file]", str(file))
    assert page.input_value("#id_title"), "a title is suggested from the file's name"
    page.fill("#id_title", title)
    page.fill("#id_summary", "Một tài nguyên thử, đi hết con đường từ tệp tới trang của xã.")
    page.fill("#id_credit_line", "UBND xã A Lưới 1 / Kho 57")
    page.get_by_label("Người dân").check()
    page.get_by_label("Kỹ năng số").check()
    if kind == "photo":
        page.fill("#id_alt", "Một con gấu trúc đỏ nằm trên cành cây.")
    else:
        page.set_input_files("input[name=caption_file]", str(CAPTIONS))
    act(page, "action-submit")
    page.wait_for_url(re.compile(r"/admin/resources/"))
    return page.url


def resource_of(site: Running, title: str) -> tuple[int, str]:
    ((pk, public_id),) = site.rows("SELECT id, public_id FROM media_library_resource WHERE title = ?", title)
    return pk, public_id


_STATES = """
SELECT file.processing_state FROM media_library_resource resource
JOIN media_library_asset asset ON asset.resource_id = resource.id
JOIN media_library_storedfile file ON file.id = asset.file_id WHERE resource.title = ?"""


def wait_until_prepared(site: Running, title: str) -> None:
    seconds_until(lambda: {state for (state,) in site.rows(_STATES, title)} == {"ready"}, "files prepared")


_NAMED_FILES = """nodes => nodes.flatMap(node => ["src", "href", "poster", "srcset"].flatMap(name =>
  (node.getAttribute(name) || "").split(",").map(part => part.trim().split(/\\s+/)[0])))
  .filter(address => address.startsWith("/files/"))"""


def files_named_in(page: Page) -> set[str]:
    """Addresses of files anywhere in the page, one for each width of a picture as well."""
    return set(page.eval_on_selector_all("[src], [href], [poster], [srcset]", _NAMED_FILES))


def rendition_addresses(site: Running, pk: int) -> list[str]:
    """Addresses of every rendition of every file of the resource, whether a page names it or not."""
    code = (
        "from media_library.files import public_address;"
        "from media_library.models import Rendition, Resource;"
        f"row = Resource.objects.get(pk={pk});"
        "rows = Rendition.objects.filter(file__assets__resource=row).distinct();"
        "print(' '.join(public_address(row, one) for one in rows))"
    )
    return site.shell(code).split()


@pytest.mark.parametrize(
    ("kind", "title", "unaccented", "file"),
    [
        ("photo", "Gấu trúc đỏ ngủ trưa ở vườn thú", "gau truc do ngu trua", PHOTO),
        ("video", "Chú thỏ dạy bạn nhỏ kỹ năng số", "chu tho day ban nho", FILM),
    ],
)
def test_from_a_file_to_an_agencys_page_and_back(
    whole_browser: Browser, site: Running, kind: str, title: str, unaccented: str, file: Path
) -> None:
    communicator = signed_in(whole_browser, site, "truyenthong")
    upload(communicator, site, kind=kind, title=title, file=file)
    wait_until_prepared(site, title)
    pk, public_id = resource_of(site, title)
    search = f"/vi/search/?q={unaccented.replace(' ', '+')}"
    assert public_id not in site.text(search)
    assert site.status(f"/vi/r/{public_id}/") == 404

    editor = signed_in(whole_browser, site, "bientap")
    editor.goto(f"{site.address}/admin/resources/edit/{pk}/")
    approve = editor.locator("button[data-workflow-action-name=approve]").first
    if not approve.is_visible():
        editor.locator("footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]").first.click()
    approve.click()
    editor.wait_for_load_state("load")

    feed = "/feeds/XA-20056/ban-tin-xa/feed.json"
    shown = {
        "page": seconds_until(lambda: site.status(f"/vi/r/{public_id}/") == 200, "page"),
        "search": seconds_until(lambda: public_id in site.text(search), "search"),
        "feed": seconds_until(lambda: public_id in site.text(feed), "feed"),
    }
    agency = whole_browser.new_context(locale="vi-VN").new_page()
    agency.goto(site.agency_address)
    frame = agency.frame_locator("iframe").first
    frame.get_by_text(title).first.wait_for(timeout=HANGING * 1000)
    print(f"\n{kind}: seconds from approval to visible:", {k: round(v, 2) for k, v in shown.items()})

    page = whole_browser.new_context(locale="vi-VN").new_page()
    page.goto(f"{site.address}/vi/r/{public_id}/")
    files = files_named_in(page) | set(rendition_addresses(site, pk))
    assert len(files) > 2
    assert all(site.status(address) == 200 for address in files)

    editor.goto(f"{site.address}/admin/resources/withdraw/{pk}/")
    editor.fill("[name=reason]", "Ảnh dùng thử, nay lấy lại.")
    editor.locator("main form button[type=submit]").click()
    editor.wait_for_load_state("load")
    gone = {
        "page": seconds_until(lambda: site.status(f"/vi/r/{public_id}/") == 410, "page gone"),
        "files": seconds_until(lambda: all(site.status(a) in (404, 410) for a in files), "files gone"),
        "search": seconds_until(lambda: public_id not in site.text(search), "search gone"),
        "feed": seconds_until(lambda: public_id not in shown_in(site.text(feed)), "feed gone"),
        "frame": seconds_until(lambda: title not in site.text("/embed/XA-20056/ban-tin-xa/"), "frame gone"),
    }
    assert site.status(f"/embed/r/{public_id}/") in (404, 410)
    assert "Ảnh dùng thử, nay lấy lại." in site.text(f"/vi/r/{public_id}/", status=410)
    # Another visitor: the browser of the first may show its copy of the frame until feeds.CACHE is over.
    again = whole_browser.new_context(locale="vi-VN").new_page()
    again.goto(site.agency_address)
    reopened = again.frame_locator("iframe").first
    reopened.locator("h1, h2, .k57-empty").first.wait_for(timeout=HANGING * 1000)
    expect(reopened.get_by_text(title)).to_have_count(0)
    assert public_id not in "".join(one.content() for one in again.frames)
    print(f"{kind}: seconds from withdrawal to gone:", {k: round(v, 2) for k, v in gone.items()})
