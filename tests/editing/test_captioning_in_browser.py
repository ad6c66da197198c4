"""The editor of captions in Chromium: rows beside the text, by keyboard; what is sent is the text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from media_library.kinds import Kind
from media_library.models import Resource
from tests.answering import SITE, Answers
from tests.editing.screens import address, signed_in
from tests.editing.test_captioning import captions
from tests.factories import make_agency, make_communicator, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
CUES = {
    "cues": [
        {"start": 1.0, "end": 3.0, "text": "Một hai ba bốn"},
        {"start": 3.0, "end": 6.0, "text": "Năm & sáu"},
    ]
}


@pytest.fixture
def film() -> Resource:
    resource = make_resource(Kind.VIDEO, agency=make_agency())
    file = resource.words[0].file
    file.extracted = CUES
    file.save()
    return resource


@pytest.fixture
def page(browser: Browser, film: Resource, settings: object) -> Iterator[Page]:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(make_communicator(film.agency))))
    opened.goto(SITE + address("captions", film.pk, "vi"))
    yield opened
    context.close()


def shown(page: Page) -> list[tuple[str, str, str]]:
    read = "row => ['start', 'end', 'words'].map(name => row.querySelector(`[data-${name}]`).value)"
    return [tuple(row.evaluate(read)) for row in page.locator(".k57-cue").all()]


def test_cues_are_split_joined_moved_and_saved_by_keyboard(page: Page, film: Resource) -> None:
    expect(page.locator(".k57-cue")).to_have_count(2)
    expect(page.locator("[name=text]")).to_be_hidden()
    first = page.locator(".k57-cue [data-words]").first
    first.focus()
    page.keyboard.press("Home")
    for _step in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+KeyK")
    assert shown(page)[:2] == [
        ("00:00:01.000", "00:00:02.000", "Một hai"),
        ("00:00:02.000", "00:00:03.000", "ba bốn"),
    ]
    expect(page.locator(".k57-cue [data-words]").nth(1)).to_be_focused()
    page.keyboard.press("Alt+KeyJ")
    assert shown(page)[1] == ("00:00:02.000", "00:00:06.000", "ba bốn\nNăm & sáu")
    page.keyboard.press("Alt+ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("2")  # the end of the first cue is no time any more
    expect(page.locator(".k57-cue--wrong")).to_have_count(1)
    page.locator(".k57-cue [data-end]").first.fill("00:00:02.500")
    expect(page.locator(".k57-cue [data-remark]").nth(1)).to_contain_text("câu trước chưa hết")
    page.get_by_role("button", name="Hoàn tác").click()
    assert shown(page)[1][2] == "ba bốn"
    before = captions(film)
    page.get_by_role("button", name="Lưu vào bản nháp").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã lưu phụ đề")
    after = captions(film)
    assert after is not None and before is not None and after.pk != before.pk
    assert [words for _start, _end, words in shown(page)] == ["Một hai", "ba bốn", "Năm & sáu"]


def test_times_that_cannot_be_read_are_shown_as_text_and_nothing_is_lost(page: Page, film: Resource) -> None:
    before = captions(film)
    page.locator(".k57-cue [data-end]").first.fill("lát nữa")
    page.get_by_role("button", name="Lưu vào bản nháp").click()
    text = page.locator("[name=text]")
    expect(text).to_be_visible()
    assert "lát nữa" in text.input_value() and "Một hai ba bốn" in text.input_value()
    assert captions(film) == before
