"""A real Chromium (Debian's packages), for all browser tests of a process.

``browser`` is the engine without a window: laying out, scripts, fonts, network and accessibility are the same,
and no tabs and bars are drawn for nobody (docs/decisions/0144); where no package brings it, the whole browser
does the same at more cost. ``whole_browser`` is what people have, for the journeys. One Playwright serves both:
its loop runs in the thread of the tests, and a thread has room for one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tools.debian import CHROMIUM, HEADLESS_SHELL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Django sees the running loop
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    yield from _launched(playwright, *HEADLESS_SHELL, *CHROMIUM)


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    yield from _launched(playwright, *CHROMIUM)


def _launched(playwright: Playwright, *names: str) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: apt-get install chromium"
    started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield started
    started.close()
