"""Accreditation and the press desk in Chromium: by keyboard, without script, before axe at both widths."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.newsroom.accreditation import asking, deciding
from cms.newsroom.embargo import ahead
from cms.newsroom.models import Accreditation, EmbargoOpening
from media_library.models import Resource, User
from tests import axe
from tests.answering import Open
from tests.factories import make_agency, make_lead
from tests.newsroom.press import asked, asked_with_card, embargoed, given, make_journalist

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SCREENSHOTS", "")


def offered() -> Resource:
    agency = make_agency("Sở Khoa học và Công nghệ", name_en="Department of Science and Technology")
    title = "Huế công bố chỉ số chuyển đổi số của 40 xã, phường năm 2026"
    summary = "Bảng xếp hạng đầy đủ, ảnh và số liệu cho báo chí."
    return embargoed(agency=agency, title=title, summary=summary)


def test_every_page_passes_axe_and_stays_within_its_width(open_page: Open) -> None:
    row, lead = offered(), make_lead()
    embargoed(title="Ra mắt kho tài nguyên truyền thông số dùng chung")
    journalist, ready = make_journalist(by=lead), make_journalist(by=lead)
    ahead.accept(row, by=ready.accreditations.get(), at=timezone.now())
    waiting = asked_with_card()
    refused = asked()
    deciding.refuse(refused, reason="Thẻ nhà báo đã hết hạn.", by=lead, at=timezone.now())
    new = asking.ask(given(email="moi@baohue.example"), user=_nobody(), lang="vi", at=timezone.now())
    token = asking.signing.dumps(new.pk, salt=asking._SALT)
    own, desk = "press/accreditation/", "press/embargoed/"
    pages: list[tuple[str, str, User | None]] = [
        ("ask", own, None),
        ("confirm", f"{own}confirm/{token}/", None),
        ("waiting", own, waiting.user),
        ("refused", own, refused.user),
        ("granted", own, journalist),
        ("desk", desk, ready),
        ("accept", f"{desk}{row.public_id}/", journalist),
        ("resource", f"press/r/{row.public_id}/", ready),
    ]
    for name, path, user in pages:
        for lang in ("vi", "en"):
            page = open_page(f"/{lang}/{path}", user=user)
            _looked_at(page, f"{name}-{lang}")
    for name, path in (
        ("list", reverse("kho57_accreditations:index")),
        ("decide", reverse("kho57_accreditations:one", args=[waiting.pk])),
        ("openings", reverse("kho57_openings", args=[row.pk])),
    ):
        page = open_page(path, user=lead)
        _looked_at(page, f"admin-{name}", within="main" if page.locator("main").count() else "")


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def _looked_at(page: Page, name: str, *, within: str = "") -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert axe.broken(page, within=within) == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.context.close()


def test_a_journalist_asks_accepts_and_takes_with_the_keyboard_alone(open_page: Open) -> None:
    row = offered()
    page = open_page("/vi/press/accreditation/", script=False)
    told = {**given(), "email": "mai@baohue.example"}
    told["card_until"] = f"{told['card_until']:%m%d%Y}"
    page.get_by_label("Họ và tên").focus()
    for name in ("name", "outlet", "email", "card_number"):
        page.keyboard.type(str(told[name]))
        page.keyboard.press("Tab")
    page.locator("#card_until").fill(f"{timezone.localdate() + timedelta(days=300)}")
    page.locator("#purpose").focus()
    page.keyboard.type(str(told["purpose"]))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("đã gửi thư")
    assert Accreditation.objects.get().state == "unconfirmed"
    journalist = make_journalist()
    page = open_page("/vi/press/embargoed/", user=journalist, script=False)
    page.get_by_role("link", name=row.title).focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#accept")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(row.title)
    expect(page.locator(".embargo-mark")).to_contain_text("không trước")
    assert page.locator(".media img").evaluate("one => one.complete && one.naturalWidth > 0")
    page.locator("#kit-purpose").select_option("news")
    page.locator("#kit").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".zip")
    assert list(EmbargoOpening.objects.order_by("pk").values_list("what", flat=True))[-1] == "kit"
