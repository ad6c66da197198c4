"""Many mixed files at once: the line cut twice, the browser closed once, and every byte arrives.

``KHO57_BATCH`` says how many files (200 is what a communicator drops at once); few are enough to see each step.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import struct
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests import axe
from tests.browser.conftest import PEOPLE
from tests.browser.running import PASSWORD, Running, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("many files")]

FILES = int(os.environ.get("KHO57_BATCH", "16"))
HANGING = 60.0 + 4.0 * FILES
"""Seconds after which a test gives up; how long it did take is printed."""
LARGE = 12_000_000
LARGE_AT = FILES - FILES % 8 - 2
"""Near the end: half of the files are there long before this one can be, and the browser closes within it."""
SLOW_LINE = 300_000
"""Bytes a second: the small files arrive one after the other, the large one alone takes 40 s."""
KNOWN = 3
_KNOWN = """
from pathlib import Path
for number, path in enumerate({paths!r}):
    owner = commune if number == 0 else other
    make = make_resource if number == 0 else make_published
    file = make_stored_file(owner, content=Path(path).read_bytes(), media_type="image/jpeg", name="co-san.jpg")
    make("photo", agency=owner, file=file, title=f"Có sẵn {{number}}")
"""
_TOLD = """
import json
from django.utils import timezone
from media_library.models import *
def tell(place):
    told = {"name": place.name, "fate": place.fate}
    if place.resource is None:
        return told
    draft = place.resource.get_latest_revision_as_object()
    uses = [draft.audience_uses.all(), draft.topic_uses.all()]
    return told | {
        "drafted": draft.original.file.sha256, "alt": draft.original.alt, "kind": draft.kind,
        "summary": draft.summary, "terms": [[use.tag.slug for use in ones] for ones in uses],
        "state": str(place.resource.state(timezone.now())),
    }
places = BatchPlace.objects.select_related("resource").order_by("position")
print(json.dumps([tell(place) for place in places]))
"""
_SAVED = """[...document.querySelectorAll("[data-k57-cell=alt]")]
  .every(cell => cell.value && cell.value === cell.dataset.was && !cell.dataset.saving)"""


@dataclass(frozen=True)
class Given:
    """The files on the disk, and those of them that the library has already."""

    paths: list[Path]
    known: list[Path]

    def digest(self, path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    folder = tmp_path_factory.mktemp("le-phat-dong")
    paths = [_file(folder, number) for number in range(FILES)]
    return Given(paths, [path for path in paths if path.suffix == ".jpg"][:KNOWN])


def _file(folder: Path, number: int) -> Path:
    sort = number % 8
    if sort == 6:
        return _sound(folder / f"ban-tin-{number:03d}.wav", number, LARGE if number == LARGE_AT else 16000)
    if sort == 7:
        return _document(folder / f"so-tay-{number:03d}.pdf", number)
    name = (
        f"IMG_{2000 + number}.jpg" if number == 5 else f"anh-le-{number:03d}.{'png' if sort == 4 else 'jpg'}"
    )
    Image.effect_noise((240 + number, 180), 30 + number % 50).convert("RGB").save(folder / name)
    return folder / name


def _sound(path: Path, number: int, size: int) -> Path:
    tone = b"".join(struct.pack("<h", int(9000 * math.sin(n * (number + 3) / 40))) for n in range(8000))
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        for _second in range(max(1, size // len(tone))):
            out.writeframes(tone)
    return path


def _document(path: Path, number: int) -> Path:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(300, 400 + number))
        document.save(path)
    return path


@pytest.fixture(scope="module")
def busy_site(tmp_path_factory: pytest.TempPathFactory, given: Given) -> Iterator[Running]:
    populate = PEOPLE + _KNOWN.format(paths=[str(path) for path in given.known])
    with running(tmp_path_factory.mktemp("site"), populate=populate) as started:
        yield started


def opened(browser: Browser, site: Running) -> tuple[BrowserContext, Page]:
    """A browser that knows nothing of an earlier one, signed in."""
    context = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site.address}/admin/login/")
    page.fill("input[name=username]", "truyenthong")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/admin/$"))
    return context, page


def slowed(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": SLOW_LINE}
    line.send("Network.emulateNetworkConditions", speed)


def states(page: Page) -> dict[str, int]:
    """How many rows stand in each state."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-k57-row]')].map(row => row.dataset.state)"
    )
    return {state: found.count(state) for state in set(found)}


def here(page: Page) -> int:
    """How many files have arrived, or need not."""
    return sum(number for state, number in states(page).items() if state in ("lacking", "ready", "known"))


def until(holds: Callable[[], bool], what: Callable[[], object]) -> None:
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < HANGING, f"not within {HANGING:.0f} s: {what()}"
        time.sleep(0.1)


def until_said(page: Page, words: str) -> None:
    said = page.locator("[data-k57-said]")
    until(lambda: words in said.inner_text(), said.inner_text)


def give(page: Page, given: Given) -> None:
    page.set_input_files("[data-k57-choose]", [str(path) for path in given.paths])


def test_many_files_arrive_whole_whatever_happens_to_the_line_and_are_handed_in(
    whole_browser: Browser, busy_site: Running, given: Given
) -> None:
    begun = time.monotonic()
    context, page = opened(whole_browser, busy_site)
    page.goto(f"{busy_site.address}/admin/resources/batches/add/")
    page.fill("input[name=title]", "Lễ phát động 10/10")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_selector("[data-k57-give]")
    batch = page.url
    slowed(page)

    give(page, given)
    until(lambda: here(page) >= FILES // 8, lambda: states(page))
    context.set_offline(True)  # the line is cut …
    page.wait_for_timeout(1500)
    context.set_offline(False)
    until(lambda: here(page) >= FILES // 4, lambda: states(page))
    page.route("**/admin/**", lambda route: route.abort("connectionreset"))  # … and again, otherwise
    page.wait_for_timeout(1500)
    page.unroute("**/admin/**")
    until(lambda: here(page) >= FILES // 2, lambda: states(page))
    context.close()  # the browser is closed, with files under way

    context, page = opened(whole_browser, busy_site)
    page.goto(batch)
    coming = states(page).get("waiting", 0) + states(page).get("sending", 0)
    assert coming and page.is_visible("[data-k57-unfinished]")
    give(page, given)
    until(lambda: here(page) == FILES, lambda: states(page))
    arrived = time.monotonic() - begun
    assert page.locator("[data-k57-row]").count() == FILES, "no file was doubled"

    duplicates = page.locator("[data-k57-row][data-state=known]")
    assert duplicates.count() == KNOWN
    assert "UBND xã A Lưới 1" in duplicates.first.inner_text()
    for _duplicate in range(KNOWN):
        before = duplicates.count()
        duplicates.first.get_by_role("button", name="Bỏ tệp này").click()
        until(lambda before=before: duplicates.count() < before, lambda: states(page))  # type: ignore[misc]

    page.fill("#id_summary", "Lễ phát động chuyển đổi số toàn thành phố.")
    page.get_by_label("Người dân").check()
    page.get_by_label("Kỹ năng số").check()
    page.get_by_role("button", name="Áp dụng cho mọi tệp").click()
    until_said(page, "Đã áp dụng")

    alts = page.locator("[data-k57-cell=alt]")
    alts.first.focus()
    for number in range(alts.count()):
        page.keyboard.insert_text(f"Ảnh số {number}: đông người dự lễ.")
        page.keyboard.press("Enter")  # on to the next row
    until(lambda: page.evaluate(_SAVED), lambda: page.locator(".k57-row__said--bad").all_inner_texts())
    _looks_whole(page)

    page.get_by_role("button", name="Gửi duyệt các tệp đã đủ").click()
    until_said(page, "Đã gửi duyệt")
    print(f"\n{FILES} files: whole after {arrived:.1f} s, handed in after {time.monotonic() - begun:.1f} s")
    context.close()

    told = json.loads(busy_site.shell(_TOLD).splitlines()[-1])
    drafts = [row for row in told if "drafted" in row]
    _all_are_whole(told, given)
    assert all(row["summary"].startswith("Lễ phát động") for row in drafts)
    assert all(row["terms"] == [["citizens"], ["ky-nang-so"]] for row in drafts)
    assert all(row["alt"].startswith("Ảnh số") for row in drafts if row["kind"] == "photo")
    staying = {row["name"] for row in drafts if row["state"] == "draft"}
    sound = {row["name"] for row in drafts if row["kind"] == "podcast"}
    assert staying == sound | {"IMG_2005.jpg"}, "they lack captions and a title"
    assert sum(row["state"] == "in_review" for row in drafts) == FILES - KNOWN - len(staying)


def _looks_whole(page: Page) -> None:
    """No rule of accessibility is broken, on a desk, on a telephone and in the dark."""
    wrong = axe.broken(page)
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(400)  # Wagtail moves its menu away
    wrong += axe.broken(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it scrolls sideways"
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(400)
    wrong += axe.broken(page, rules=axe.COLOURS)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wrong == [], "\n".join(wrong)


def _all_are_whole(told: list[dict[str, str]], given: Given) -> None:
    """The bytes that each draft names are those on the disk; what is known already was never needed."""
    digests = {path.name: given.digest(path) for path in given.paths}
    known = {path.name for path in given.known}
    assert {row["name"]: row.get("drafted") for row in told if row["name"] not in known} == {
        name: digest for name, digest in digests.items() if name not in known
    }
    assert {row["name"] for row in told if row["fate"] == "left_out"} == known
