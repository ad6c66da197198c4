from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.hosts.web import SITE, Web
from tests.sections.conftest import _own_feeds as own_feeds  # noqa: F401


@pytest.fixture
def web(browser: Browser, client: Client, settings: Any) -> Iterator[Web]:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = SITE
    opened = Web(browser, client)
    yield opened
    opened.close()
