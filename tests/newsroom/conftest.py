"""A browser before the pages of the newsroom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page

from media_library.models import User
from tests.answering import SITE, Answers, Open
from tests.newsroom.enquiring import agency, editor, photo

__all__ = ["agency", "editor", "photo"]


@pytest.fixture
def open_page(browser: Browser, client: Client, settings: Any) -> Iterator[Open]:
    """Opens a path of the site for ``user``, else for whom the test's own client has signed in, if anybody."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = settings.WAGTAILADMIN_BASE_URL = SITE
    cache.clear()
    contexts = []

    def opened(path: str, user: User | None = None, *, width: int = 1280, script: bool = True) -> Page:
        asking = client
        if user is not None:
            asking = Client()
            asking.force_login(user)
        context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", Answers(asking))
        page.goto(SITE + path)
        return page

    yield opened
    for context in contexts:
        context.close()
