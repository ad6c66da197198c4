"""Captions in the grid, in Chromium: told under their film, put elsewhere by keyboard, on a phone too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from media_library.models import Batch
from tests import axe
from tests.answering import SITE, Answers
from tests.editing.batch.giving import address, give, make_batch
from tests.editing.screens import signed_in
from tests.factories import make_agency, make_communicator

WAGTAIL = ("[data-sidebar], .sidebar",)
"""Not ours."""
pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def batch() -> Batch:
    agency = make_agency()
    made = make_batch(agency, make_communicator(agency))
    for name in ("hội nghị.mp4", "phim giới thiệu.mp4"):
        give(made, name, media_type="video/mp4")
    for name in ("phim giới thiệu.vi.vtt", "phim giới thiệu.en.srt", "bài phát biểu.vtt"):
        give(made, name, media_type="text/vtt")
    return made


@pytest.fixture
def page(browser: Browser, batch: Batch, settings: object) -> Iterator[Page]:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(batch.by)))
    opened.goto(SITE + address(batch))
    yield opened
    context.close()


def test_astray_captions_are_put_to_their_film_by_keyboard(page: Page, batch: Batch) -> None:
    speech = batch.places.get(name="bài phát biểu.vtt")
    meeting = batch.places.get(name="hội nghị.mp4")
    row = page.locator(f"#k57-row-{speech.pk}")
    expect(row).to_have_attribute("data-state", "astray")
    row.locator("[data-k57-chosen=film]").focus()
    page.keyboard.press("h")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "beside")
    expect(page.locator(f"#k57-row-{meeting.pk} .k57-row__captions")).to_have_text(
        "Phụ đề tiếng Việt: bài phát biểu.vtt"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe.broken(page, left_out=WAGTAIL) == []
