from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.sections.conftest import _own_feeds, web

__all__ = ["_own_feeds", "web"]


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    """What people have: the heights that hosts are told were measured in it, to the pixel of a letter."""
    return whole_browser
