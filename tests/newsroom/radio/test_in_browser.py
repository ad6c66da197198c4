"""The pages for radio in Chromium: before axe at both widths, by keyboard, without script."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from media_library.models import Resource
from tests import axe
from tests.answering import Open
from tests.factories import make_agency
from tests.newsroom.radio.making import bulletin

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
DAY = datetime.fromisoformat("2026-03-09T06:30:00+07:00")
SHOTS = os.environ.get("RADIO_SHOTS", "")


@pytest.fixture
def heard() -> list[Resource]:
    ward = make_agency("UBND phường Thuận Hoá", type="ward", name_en="People’s Committee of Thuận Hoá ward")
    return [
        bulletin("Hạn chót nộp hồ sơ trực tuyến tháng này", agency=ward, at=DAY, seconds=75),
        bulletin(
            "Mật khẩu và bàn chải đánh răng", at=DAY.replace(hour=11), seconds=342, licence="all-rights"
        ),
        bulletin("Năm bước để nhận hỗ trợ đổi mới công nghệ", at=DAY.replace(hour=17), seconds=610),
    ]


def test_every_page_passes_axe_and_stays_within_its_width(open_page: Open, heard: list[Resource]) -> None:
    paths = [
        "/vi/press/radio/",
        "/en/press/radio/?type=ward&length=3",
        "/vi/press/radio/?day=hom+nay",
        "/vi/press/radio/today/?day=09/03/2026",
        "/vi/press/radio/today/",
        "/vi/press/radio/today/scripts/?day=09/03/2026",
        "/en/press/radio/today/?day=09/03/2026",
        "/en/press/radio/today/scripts/?day=09/03/2026",
    ]
    for number, path in enumerate(paths):
        page = open_page(path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{number}-{width}.png", full_page=True)
            assert axe.broken(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.context.close()


def test_a_station_finds_the_scripts_of_a_day_by_keyboard_without_script(
    open_page: Open,
    heard: list[Resource],
    client: Client,
) -> None:
    page = open_page("/vi/press/radio/today/", width=390, script=False)
    page.get_by_label("Chọn ngày khác").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("9/3/2026")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chương trình ngày 09/03/2026")
    expect(page.locator("audio")).to_have_count(3)
    page.get_by_role("link", name="In mọi lời đọc trong ngày").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("heading", level=2)).to_have_count(3)
    page.go_back()
    page.get_by_label("Chọn ngày khác").fill("mai")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("Chọn ngày khác")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Chọn ngày khác")).to_have_value("mai")
    expect(page.locator("#radio-day-error")).to_contain_text("27/11/2026")
