"""The button beside what a file tells fills a field that is empty, by keyboard as well."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route, expect

from tests.editing.screens import address, signed_in
from tests.editing.test_suggesting import EMBEDDED
from tests.factories import make_agency, make_communicator, make_resource, make_stored_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SITE = "http://kho57.localhost"


def answer_from(client: Client) -> Any:
    def answer(route: Route) -> None:
        target = urlsplit(route.request.url)
        if target.path.startswith("/static/"):
            found = finders.find(target.path.removeprefix("/static/"))
            kind = mimetypes.guess_type(target.path)[0] or "application/octet-stream"
            route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
            return
        response: Any = client.get(f"{target.path}?{target.query}", headers={"host": "kho57.localhost"})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

    return answer


def test_what_a_file_tells_is_taken_over_by_a_button(browser: Browser, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["kho57.localhost"]
    agency = make_agency()
    file = make_stored_file(agency, properties={"embedded": EMBEDDED})
    resource = make_resource("photo", agency=agency, file=file, credit_line="")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", answer_from(signed_in(make_communicator(agency))))
    page.goto(f"{SITE}{address('edit', resource.pk)}")
    use = page.locator("[data-k57-fill=credit_line]")
    expect(use).to_be_visible()
    expect(page.locator("[data-k57-fill=title]")).to_be_hidden()
    use.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_credit_line")).to_have_value("Báo Huế")
    expect(page.locator("#id_credit_line")).to_be_focused()
    expect(use).to_be_hidden()
    page.locator("#id_credit_line").fill("")
    expect(use).to_be_visible()
    across = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert across <= 0
    assert errors == []
    context.close()
