"""A site with files of its own, and other systems beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notifying.others import Behaviour, Other, let_loopback_in, serving


@pytest.fixture(scope="module")
def _served() -> Iterator[Other]:
    with serving() as one:
        yield one


@pytest.fixture
def other(_served: Other, monkeypatch: pytest.MonkeyPatch) -> Other:
    """Another system that can be reached, and has been told nothing yet."""
    _served.sent.clear()
    _served.by_path.clear()
    _served.usual = Behaviour()
    let_loopback_in(monkeypatch, _served)
    return _served


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> None:
    """Files and locks of this test alone, under a name of their own."""
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_BASE_URL = "https://kho57.example"
    settings.STORAGES = {
        **settings.STORAGES,
        "feeds": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "feeds")},
        },
    }
