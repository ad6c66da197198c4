"""The press desk in Chromium: requests and kits before axe, at both widths and in both languages."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from cms.newsroom import asking
from cms.newsroom.granted import Terms
from cms.newsroom.models import Enquiry, EnquiryState
from media_library.models import Resource, User
from media_library.reuse import Purpose
from tests import axe
from tests.answering import Open
from tests.factories import make_agency, make_editor, make_published, make_rendition, make_user
from tests.newsroom.making import make_press_kit

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def photo() -> Resource:
    agency = make_agency("Sở Khoa học và Công nghệ", name_en="Department of Science")
    row = make_published("photo", agency=agency, title="Cầu Trường Tiền về đêm", licence="all-rights")
    assert row.original is not None
    make_rendition(row.original.file, name="full.jpg", purpose="download", format="jpeg")
    return row


def permitted(photo: Resource, journalist: User, editor: User) -> Enquiry:
    at, today = timezone.now(), timezone.localdate()
    enquiry = asking.ask(
        photo, wants="permission", purpose=Purpose.PRINT, outlet="Báo Huế", text="Cho trang nhất.",
        by=journalist, at=at,
    )  # fmt: skip
    terms = Terms(
        purposes=(Purpose.PRINT,), first=today, last=today + timedelta(days=9), territory="Việt Nam"
    )
    asking.answer(enquiry, "Đồng ý.", state=EnquiryState.GRANTED, by=editor, at=at, terms=terms)
    return enquiry


def looked_at(page: Page, name: str) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if folder := os.environ.get("KHO57_SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert axe.broken(page) == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_every_public_page_passes_axe_and_stays_within_its_width(open_page: Open, photo: Resource) -> None:
    journalist, editor = make_user(), make_editor(photo.agency)
    enquiry = permitted(photo, journalist, editor)
    open_photo = make_published("photo", agency=photo.agency, title="Ngày hội chuyển đổi số")
    cover = (
        "<h2>Ba điểm mới</h2><p>Thành phố mở <b>tổ công nghệ</b> tại mọi tổ dân phố.</p><ul><li>Một</li></ul>"
    )
    kit = make_press_kit(
        photo.agency, open_photo, photo, cover=cover, contact_name="Bà Lan", contact_email="lan@hue.example",
        contact_phone="0234 000 000",
    )  # fmt: skip
    pages = {
        "kits": "/vi/press/kits/",
        "kit": kit.get_absolute_url("vi"),
        "kit-en": kit.get_absolute_url("en"),
        "ask": f"/vi/press/r/{photo.public_id}/ask/",
        "ask-en": f"/en/press/r/{photo.public_id}/ask/",
        "requests": "/vi/press/requests/",
        "thread": f"/vi/press/requests/{enquiry.key}/",
        "thread-en": f"/en/press/requests/{enquiry.key}/",
        "permitted": f"/vi/press/r/{photo.public_id}/",
    }
    for name, path in pages.items():
        page = open_page(path, journalist)
        looked_at(page, name)
        page.context.close()


def test_a_journalist_asks_with_the_keyboard_and_without_script(open_page: Open, photo: Resource) -> None:
    make_editor(photo.agency)
    page = open_page(f"/vi/press/r/{photo.public_id}/ask/", make_user(), width=390, script=False)
    page.get_by_role("button", name="Gửi yêu cầu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("chưa được gửi")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Báo, đài hoặc cơ quan").focus()
    page.keyboard.type("Báo Huế")
    page.keyboard.press("Tab")
    page.keyboard.type("Cần bản lớn.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã gửi")
    assert Enquiry.objects.get().outlet == "Báo Huế"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_the_desk_pass_axe(open_page: Open, photo: Resource, language: str) -> None:
    editor = make_editor(photo.agency)
    UserProfile.objects.create(user=editor, preferred_language=language)
    enquiry = permitted(photo, make_user("nha-bao"), editor)
    kit = make_press_kit(photo.agency, photo, cover="<p>Lời</p>", contact_name="Bà Lan")
    pages = {
        "desk-requests": "/admin/press/requests/",
        "desk-thread": f"/admin/press/requests/{enquiry.pk}/",
        "desk-kits": reverse("press_kits_admin:list"),
        "desk-kit-new": reverse("press_kits_admin:add"),
        "desk-kit": reverse("press_kits_admin:edit", args=[kit.pk]),
        "desk-untranslated": reverse("kho57_untranslated:index"),
    }
    wrong = []
    for name, path in pages.items():
        page = open_page(path, editor)
        assert page.locator("html").get_attribute("lang") == language
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            if folder := os.environ.get("KHO57_SHOTS"):
                page.screenshot(path=f"{folder}/{name}-{language}-{width}.png", full_page=True)
            wrong += [f"{name} {width}: {line}" for line in axe.broken(page, within="main")]
        page.context.close()
    assert wrong == []
