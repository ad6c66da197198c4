from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from cms.sections import feeds
from tests.hosts.web import SITE, Web


@pytest.fixture(autouse=True)
def _own_feeds(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test has its own folder for rendered files, its own turn, and an empty memory."""
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_BASE_URL = "https://kho57.example"
    settings.STORAGES = {
        **settings.STORAGES,
        "feeds": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "feeds")},
        },
    }
    feeds._kept.clear()
    yield
    feeds._kept.clear()


@pytest.fixture
def web(browser: Browser, client: Client, settings: Any) -> Iterator[Web]:
    """The library and one foreign site in a browser."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = SITE
    opened = Web(browser, client)
    yield opened
    opened.close()
