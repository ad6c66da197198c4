"""Coverage in Chromium: the public page and the lead department’s letters, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cms.coverage import judging
from cms.coverage.judging import Evidence
from cms.coverage.models import Place, Reminder
from media_library.processing import jobs
from tests import axe
from tests import factories as make
from tests.answering import SITE, Answers
from tests.editing.screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
WAGTAIL = ("[data-sidebar], .sidebar",)
"""Not ours."""


@pytest.fixture
def page(browser: Browser, settings: Any) -> Iterator[Page]:
    settings.ALLOWED_HOSTS = ["*"]
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    opened = context.new_page()
    opened.route("**/*", Answers(signed_in(make.make_lead())))
    yield opened
    context.close()


def looks_whole(page: Page) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert axe.broken(page, left_out=WAGTAIL) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_lead_department_sees_who_is_missing_and_writes_by_keyboard(page: Page) -> None:
    at, agencies = timezone.now(), [make.make_agency(type=kind) for kind in ("ward", "commune", "department")]
    editor = make.make_editor(agencies[0])
    shown = {agencies[0]: "k57-0000-0000", agencies[1]: make.make_published().public_id}
    for agency, public_id in shown.items():
        one = Place.objects.create(agency=agency, url=f"https://{agency.code.lower()}.example/57")
        judging.keep(one.pk, Evidence(resources=(public_id,)), asked=one.url, at=at, again=at)
    judging.record(at)

    page.goto(f"{SITE}/vi/coverage/")
    for details in page.locator("main details").all():
        details.locator("summary").focus()
        page.keyboard.press("Enter")
    looks_whole(page)
    assert page.locator(".headline-figure b").inner_text().startswith("1/")

    page.goto(f"{SITE}/admin/coverage-missing/")
    looks_whole(page)
    page.locator(f"input[value='{agencies[0].code}']").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Gửi thư cho các cơ quan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(editor.email)).to_be_visible()
    looks_whole(page)
    page.get_by_role("button", name="Đồng ý gửi").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thư đang được gửi đến 1 cơ quan.")).to_be_visible()
    jobs.Job.objects.exclude(kind="coverage_remind").delete()
    jobs.run_all_due()
    assert Reminder.objects.count() == 1 and [one.to for one in mail.outbox] == [[editor.email]]
