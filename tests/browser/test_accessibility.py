"""What a machine can see of WCAG 2.2 on every page: axe, no sideways scroll, and a quiet console.

Rules that depend on colours alone are asked again in the dark, in the width that shows most and in one language:
the others would say the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests import axe
from tests.browser import pages
from tests.browser.demo_site import READS_ENGLISH, DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROWEST, PHONE, DESK = 320, 390, 1280
_STILL = """() => Promise.all(document.getAnimations()
  .filter(moving => Number.isFinite(moving.effect.getComputedTiming().endTime))
  .map(moving => moving.finished.catch(() => null))).then(() => null)"""
_WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.querySelectorAll("body *")].filter(n => n.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map(n => n.outerHTML.slice(0, 90)).join(" | ") || "nothing sticks out";
}"""


class Look:
    """One page object that goes from address to address and writes down what is wrong."""

    def __init__(self, page: Page, *, dark: bool, left_out: tuple[str, ...] = ()) -> None:
        self.page = page
        self._dark = dark
        self.wrong: list[str] = []
        self._left_out, self._name = left_out, ""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"{self._name} · script · {error}"))

    def at(self, name: str, address: str, *, status: int = 200) -> None:
        """Look at ``address``, which answers ``status``, in both widths, and in the dark where that is asked."""
        self._name = name
        self.page.set_viewport_size({"width": DESK, "height": 900})
        answer = self.page.goto(address, wait_until="load")
        assert answer and answer.status == status, f"{name}: {answer and answer.status}"
        self._reflow(DESK)
        self._rules(f"{DESK} px")
        if self._dark:
            self.page.emulate_media(color_scheme="dark")
            self._rules(f"{DESK} px, dark", rules=axe.COLOURS)
            self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": PHONE, "height": 900})
        self._reflow(PHONE)
        self._rules(f"{PHONE} px")
        self.page.set_viewport_size({"width": NARROWEST, "height": 900})
        self._reflow(NARROWEST)

    def _said(self, message: ConsoleMessage) -> None:
        address = message.location["url"]
        # A page of 404 is itself an answer of 404; which page may be one is asserted where it is opened.
        meant = address == self.page.url
        if message.type in ("error", "warning") and not ("Failed to load" in message.text and meant):
            self.wrong.append(f"{self._name} · console · {message.text} · {address}")

    def _reflow(self, width: int) -> None:
        wider = self.page.evaluate(_WIDER)
        if wider:
            self.wrong.append(f"{self._name} · {width} px · scrolls sideways · {wider}")

    def _rules(self, how: str, *, rules: tuple[str, ...] = ()) -> None:
        self.page.evaluate(_STILL)  # Wagtail fades colours whatever the reader asked for
        found = axe.broken(self.page, rules=rules, left_out=self._left_out)
        self.wrong += [f"{self._name} · {how} · {line}" for line in found]


@contextmanager
def looking(browser: Browser, *, language: str, left_out: tuple[str, ...] = ()) -> Iterator[Look]:
    context = pages.context_in(browser, language=language)
    try:
        yield Look(context.new_page(), dark=language == "vi", left_out=left_out)
    finally:
        context.close()


@pytest.mark.parametrize("group", pages.GROUPS)
@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_public_pages_break_no_rule(browser: Browser, demo: DemoSite, language: str, group: str) -> None:
    with looking(browser, language=language) as look:
        for name, meant in pages.addresses(demo, language=language, group=group).items():
            look.at(f"{language}: {name}", demo.address + meant.path, status=meant.status)
        assert look.wrong == [], "\n" + "\n".join(look.wrong)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_pages_of_staff_break_no_rule(browser: Browser, demo: DemoSite, language: str) -> None:
    with looking(browser, language=language) as look:
        look.at("login", f"{demo.address}/admin/login/")
        pages.sign_in(look.page, demo, username=READS_ENGLISH if language == "en" else "truyenthong")
        assert look.page.locator("html").get_attribute("lang") == language
        look.at("admin home", f"{demo.address}/admin/")
        look.at("choice of a kind", f"{demo.address}/admin/resources/add/")
        look.at("form of a photo", f"{demo.address}/admin/resources/add/?kind=photo")
        look.at("form of a video", f"{demo.address}/admin/resources/add/?kind=video")
        assert look.wrong == [], "\n" + "\n".join(look.wrong)
