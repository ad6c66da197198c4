"""The session ends while a page is open, in Chromium: told, and nothing typed is lost after a new sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from media_library.importing import forgetting
from media_library.models import Agency, ImportRun, Resource, User
from tests.answering import HOST, SITE, Answers
from tests.editing.batch.giving import address as batch_address
from tests.editing.batch.giving import draft_at, give, make_batch
from tests.editing.screens import address
from tests.factories import make_agency, make_communicator, make_resource
from tests.media_library.importing.tables import HEAD, begun, csv_bytes, line

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]


@dataclass
class Session:
    """A browser and the person in it; the site checks the key against forged requests."""

    page: Page
    client: Client
    user: User
    agency: Agency

    def sign_in(self) -> None:
        """As in another tab: the key is another one from now on."""
        self.client.force_login(self.user)
        key = _get_new_csrf_string()
        self.client.cookies["csrftoken"] = key
        self.page.context.add_cookies([{"name": "csrftoken", "value": key, "domain": HOST, "path": "/"}])


@pytest.fixture
def session(browser: Browser, settings: Any) -> Iterator[Session]:
    settings.ALLOWED_HOSTS = ["*"]
    agency = make_agency()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    client = Client(enforce_csrf_checks=True)
    page.route("**/*", Answers(client))
    opened = Session(page, client, make_communicator(agency), agency)
    opened.sign_in()
    yield opened
    context.close()


def test_a_grid_is_saved_after_signing_in_again_in_another_tab(session: Session) -> None:
    batch = make_batch(session.agency, session.user)
    place = give(batch, "hoi-nghi.png")
    session.page.goto(SITE + batch_address(batch))
    title = session.page.locator(f"#k57-title-{place.pk}")
    session.client.logout()
    title.fill("Hội nghị chuyển đổi số")
    title.press("Tab")
    expect(session.page.locator("body")).to_contain_text("bị đăng xuất")
    session.sign_in()
    title.fill("Hội nghị chuyển đổi số 2026")
    title.press("Tab")
    expect(title).to_have_attribute("data-was", "Hội nghị chuyển đổi số 2026")
    assert draft_at(place).title == "Hội nghị chuyển đổi số 2026"


def test_a_form_is_saved_after_signing_in_again_in_another_tab(session: Session) -> None:
    resource = make_resource("document", agency=session.agency)
    session.page.goto(SITE + address("edit", resource.pk))
    session.page.locator("#id_title").fill("Cẩm nang mới")
    session.sign_in()
    session.page.evaluate("document.querySelector('[data-edit-form]').requestSubmit()")
    expect(session.page.locator(".messages")).to_be_visible()
    saved = Resource.objects.get(pk=resource.pk)
    assert saved.get_latest_revision_as_object().title == "Cẩm nang mới"


def test_an_import_that_is_watched_tells_that_the_session_ended_or_the_import_is_gone(
    session: Session, data_folder: object
) -> None:
    run = begun(csv_bytes(HEAD, line(1)), agency=session.agency, by=session.user)
    ImportRun.objects.filter(pk=run.pk).update(state="reading")
    session.page.goto(SITE + reverse("kho57_import", args=[run.pk]))
    told = session.page.locator("#k57-import [role=status]")
    expect(told).to_contain_text("đang được đọc")
    session.client.logout()
    expect(told).to_contain_text("bị đăng xuất")
    session.sign_in()
    expect(told).to_contain_text("đang được đọc")
    ImportRun.objects.filter(pk=run.pk).update(state="failed")
    assert forgetting.discard(ImportRun.objects.get(pk=run.pk))
    expect(told).to_contain_text("thẻ khác")
