"""An import in Chromium, by keyboard: the table, its errors, what is written, and the page at both widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from media_library.models import Resource
from media_library.processing import jobs
from tests import axe
from tests.answering import SITE, Answers
from tests.editing.screens import signed_in
from tests.media_library.importing.tables import HEAD, csv_bytes, line, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
WAGTAIL = ("[data-sidebar], .sidebar",)
"""Not ours."""


@pytest.fixture
def page(browser: Browser, settings: Any) -> Iterator[Page]:
    settings.ALLOWED_HOSTS = ["*"]
    _agency, by = somebody()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(by)))
    yield opened
    context.close()


def looks_whole(page: Page) -> None:
    """No rule broken and nothing beside the screen, on a phone and on a desk."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert axe.broken(page, left_out=WAGTAIL) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")


def worked(page: Page, state: str) -> None:
    """Once the page says ``state`` the worker does what waits; the page looks again by itself."""
    expect(page.locator(".k57-standing [role=status]")).to_contain_text(state)
    jobs.run_all_due()


def test_a_table_with_an_error_is_shown_confirmed_and_written_by_keyboard(
    page: Page, data_folder: object
) -> None:
    page.goto(SITE + reverse("kho57_import_table"))
    looks_whole(page)
    press(page, "Đọc bảng")
    expect(page.locator(".w-field__errors, .error-message").first).to_be_visible()

    table = csv_bytes(HEAD, line(1), line(2, kind="Truyện tranh"), line(3))
    page.locator("[name=table]").set_input_files(
        {"name": "bai-viet.csv", "mimeType": "text/csv", "buffer": table}
    )
    press(page, "Đọc bảng")
    worked(page, "đang được đọc")
    expect(page.locator(".k57-standing [role=status]")).to_contain_text("2 hàng")
    wrong = page.locator("tr", has_text="Bài số 2")
    expect(wrong).to_contain_text("Truyện tranh")
    expect(wrong.locator("b", has_text="Loại")).to_be_visible()
    assert not Resource.objects.exists(), "nothing is written until it is confirmed"
    looks_whole(page)

    press(page, "Ghi 2 hàng")
    worked(page, "Đang chạy")
    expect(page.locator("tr", has_text="Bài số 3").get_by_role("link")).to_be_visible()
    assert sorted(Resource.objects.values_list("title", flat=True)) == ["Bài số 1", "Bài số 3"]
    looks_whole(page)
    page.goto(SITE + reverse("kho57_imports"))
    looks_whole(page)


def test_an_address_that_must_not_be_asked_is_named_with_its_reason(page: Page) -> None:
    page.goto(SITE + reverse("kho57_import_address"))
    looks_whole(page)
    page.locator("[name=lines]").fill("đây không phải địa chỉ\nhttp://127.0.0.1/bi-mat.jpg")
    page.locator("[name=lines]").press("Tab")
    press(page, "Tải về")
    expect(page.locator("tr", has_text="đây không phải")).to_contain_text("Có lỗi")
    worked(page, "Đang chạy")
    expect(page.locator("tr", has_text="127.0.0.1")).to_contain_text("dẫn vào mạng nội bộ")
    looks_whole(page)
