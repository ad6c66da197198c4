"""The page of a withdrawal in Chromium: read and used by keyboard, at the width of a telephone and of a desk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from cms.notifying import takedown
from cms.notifying.models import Notice, NoticeState, Subscriber
from media_library import publishing
from media_library.models import Resource
from tests import axe
from tests import factories as make
from tests.answering import SITE, Answers
from tests.editing.screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
NAMES = ("Cổng thông tin tỉnh", "Báo và Phát thanh, Truyền hình", "Kho của Trường Đại học")


@pytest.fixture
def row(settings: Any) -> Resource:
    """Withdrawn two days ago: one confirmed, one was told, one is not reached."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.WITHDRAWAL_WITNESSES = ["tests.notifying.test_withdrawals.pages"]
    for number, name in enumerate(NAMES):
        Subscriber.objects.create(name=name, url=f"https://a{number}.example/", contact="a@example.org")
    at = timezone.now() - timedelta(days=2, hours=3)
    made = make.make_published(title="Mười bước nộp hồ sơ trực tuyến cho người mới", at=at)
    reason = "Số liệu của quý III bị sai; bản đúng sẽ đăng lại."
    found = publishing.withdraw(resource=made, by=make.make_lead(), reason=reason, at=at)
    one, two, three = (Notice.objects.get(subscriber_name=name) for name in NAMES)
    takedown.confirm(one, at=at + timedelta(minutes=4))
    again = timezone.now() + timedelta(hours=21)
    Notice.objects.filter(pk=two.pk).update(
        state=NoticeState.TOLD, sent=3, first_told_at=at, last_sent_at=at, due_at=again
    )
    Notice.objects.filter(pk=three.pk).update(failures=9, problem="silent", due_at=again)
    return found


@pytest.fixture
def page(browser: Browser, row: Resource) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(make.make_lead())))
    yield opened
    context.close()


def _counts(said: ConsoleMessage) -> bool:
    """Whether it is ours: the address of tests is no secure one, which Chromium says of that header."""
    return said.type == "error" and "Cross-Origin-Opener-Policy" not in said.text


def test_it_is_whole_at_every_width_and_works_by_keyboard(page: Page, row: Resource) -> None:
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if _counts(said) else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for place in ("kho57_withdrawals", "kho57_withdrawal"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(SITE + reverse(place, args=[row.pk] if place == "kho57_withdrawal" else []))
            for act in page.locator(".k57-row-act button").all():
                box = act.bounding_box()
                assert box is not None and box["x"] + box["width"] <= width, "to be pressed without scrolling"
            wider = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, (place, width)
            assert (
                axe.broken(page, left_out=(".sidebar", "#wagtail-sidebar", "[data-wagtail-sidebar-props]"))
                == []
            )
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=str(Path(folder) / f"{place}-{width}.png"), full_page=True)
    expect(page.locator("[data-k57-clock]")).to_have_text(re.compile(r"^2 ngày 03:00:\d\d$"))
    page.get_by_role("button", name=f"Nhắc “{NAMES[1]}” ngay").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã gửi đi 1 lời nhắc")
    due = Notice.objects.get(subscriber_name=NAMES[1]).due_at
    assert due is not None and due <= timezone.now()
    assert problems == []
