"""The newsroom in Chromium: by keyboard, without script, and before axe, at both widths and in both languages.

Requests of the browser are answered by Django's test client inside the test's own transaction.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cms.newsroom import collecting
from cms.newsroom.models import Lightbox, Use
from media_library.models import Resource
from tests import axe
from tests.answering import SITE, Open
from tests.factories import make_lead, make_published, make_rendition
from tests.portal.library import index

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def photograph() -> Resource:
    resource = make_published("photo", title="Cầu Trường Tiền", licence="cc-by-nc-4.0")
    assert resource.original is not None
    make_rendition(resource.original.file, name="full.jpg", purpose="download", format="jpeg")
    make_published("podcast", title="Nói chuyện khoa học", licence="press-only")
    make_published("article", title="Hỏi và đáp", licence="verbatim-credit")
    index()
    return resource


def test_every_page_passes_axe_and_stays_within_its_width(open_page: Open, photograph: Resource) -> None:
    closed = Resource.objects.get(licence="press-only")
    paths = [
        "/vi/press/?rights=now&rights=press",
        "/en/press/",
        f"/vi/press/r/{photograph.public_id}/",
        f"/en/press/r/{closed.public_id}/",
    ]
    for path in paths:
        page = open_page(path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert axe.broken(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.context.close()


def test_a_journalist_takes_a_file_with_the_keyboard_alone(open_page: Open, photograph: Resource) -> None:
    page = open_page("/vi/press/")
    page.get_by_role("link", name="Cầu Trường Tiền").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cầu Trường Tiền")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Báo Huế")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    with page.expect_download() as download:
        page.locator("#outlet").focus()
        page.keyboard.press("Enter")
    name = f"Cầu Trường Tiền - in 640x400 - {photograph.public_id}.jpg"
    assert download.value.suggested_filename == name
    assert Use.objects.get().purpose == "news"


def test_without_script_a_wrong_purpose_is_told_beside_its_field(
    open_page: Open, photograph: Resource
) -> None:
    page = open_page(f"/vi/press/r/{photograph.public_id}/", width=390, script=False)
    page.get_by_label("Bạn dùng vào việc gì?").select_option("commercial")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Tải xuống").click()
    told = page.get_by_label("Bạn dùng vào việc gì?")
    expect(told).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#purpose-error")).to_contain_text("giấy phép không cho dùng vào mục đích thương mại")
    assert not Use.objects.exists()


def test_a_lightbox_is_opened_to_all_with_the_keyboard_and_passes_axe(
    open_page: Open, photograph: Resource, client: Client
) -> None:
    owner = make_lead()
    client.force_login(owner)
    box = Lightbox.objects.create(
        owner=owner, title="Cầu và sông", created_at=timezone.now(), changed_at=timezone.now()
    )
    for resource in Resource.objects.all():
        collecting.choose(box, resource, at=timezone.now())
    page = open_page(f"/vi/press/lightbox/{box.key}/")
    page.get_by_role("button", name="Mở cho mọi người").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("ai cũng xem được")
    box.refresh_from_db()
    for path in (f"/vi/press/lightbox/{box.key}/", f"/vi/press/public/{box.public_code}/"):
        page.goto(SITE + path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert axe.broken(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    expect(page.get_by_role("link", name="Theo dõi bằng RSS")).to_be_visible()
