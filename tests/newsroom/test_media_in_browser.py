"""The page of the media in Chromium: whole at both widths, read and used by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cms.newsroom.models import Citation, Use
from media_library.models import Resource
from tests import axe
from tests import factories as make
from tests.answering import SITE, Answers
from tests.editing.screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def resource() -> Resource:
    row = make.make_published(title="Mười bước nộp hồ sơ trực tuyến cho người mới")
    for number, outlet in enumerate(("Báo Huế ngày nay", "Đài Truyền thanh phường Vỹ Dạ", "")):
        for purpose in ("news", "broadcast")[: 2 - number % 2]:
            at = timezone.now() - timedelta(days=number)
            Use.objects.create(resource=row, offer="print", outlet=outlet, purpose=purpose, at=at)
    day = timezone.localdate() - timedelta(days=1)
    url = "https://bao.example/tin/muoi-buoc-nop-ho-so"
    Citation.objects.create(resource=row, outlet="Báo Huế ngày nay", url=url, published_on=day)
    return row


@pytest.fixture
def page(browser: Browser, resource: Resource, settings: Any) -> Iterator[Page]:
    settings.ALLOWED_HOSTS = ["*"]
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(make.make_lead())))
    yield opened
    context.close()


def test_it_is_whole_at_both_widths_and_a_citation_is_recorded_by_keyboard(
    page: Page, resource: Resource
) -> None:
    for name in ("kho57_media", "kho57_uses", "kho57_citations", "kho57_citation_add"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(SITE + reverse(name) + f"?resource={resource.public_id}")
            assert axe.broken(page) == [], (name, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.get_by_label("Cơ quan sử dụng").focus()
    page.keyboard.type("Tạp chí Sông Hương")
    page.get_by_label("Ngày đăng").focus()
    page.keyboard.type(f"{timezone.localdate():%d/%m/%Y}")
    page.keyboard.press("Escape")
    page.get_by_label("Ghi chú").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Tạp chí Sông Hương")).to_be_visible()
    assert Citation.objects.filter(resource=resource).count() == 2
