"""What a machine can see of WCAG 2.2 on every page: axe, no sideways scroll, and a quiet console.

Rules that depend on colours alone are asked again in the dark; the others would say the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import pages
from tests.browser.demo_site import READS_ENGLISH, DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROWEST, PHONE, DESK = 320, 390, 1280
_ALL: dict[str, Any] = {"resultTypes": ["violations"]}
_COLOURS: dict[str, Any] = _ALL | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
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

    def __init__(self, page: Page, *, left_out: tuple[str, ...] = ()) -> None:
        self.page = page
        self.wrong: list[str] = []
        self._axe, self._left_out, self._name = Axe(), left_out, ""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"{self._name} · script · {error}"))

    def at(self, name: str, address: str, *, status: int = 200) -> None:
        """Look at ``address``, which answers ``status``, in both widths and in light and dark."""
        self._name = name
        for width in (DESK, PHONE):
            self.page.set_viewport_size({"width": width, "height": 900})
            if width == DESK:
                self.page.emulate_media(color_scheme="light")
                answer = self.page.goto(address, wait_until="load")
                assert answer and answer.status == status, f"{name}: {answer and answer.status}"
            self.page.emulate_media(color_scheme="light")
            self._reflow(width)
            self._rules(f"{width} px", _ALL)
            self.page.emulate_media(color_scheme="dark")
            self._rules(f"{width} px, dark", _COLOURS)
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

    def _rules(self, how: str, options: dict[str, Any]) -> None:
        self.page.evaluate(_STILL)  # Wagtail fades colours whatever the reader asked for
        context = {"exclude": [[selector] for selector in self._left_out]} if self._left_out else None
        for found in self._axe.run(self.page, context=context, options=options).response["violations"]:
            for node in found["nodes"]:
                why = " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
                self.wrong.append(
                    f"{self._name} · {how} · {found['id']} · {node['html'][:160]} · {why[:200]}"
                )


@contextmanager
def looking(browser: Browser, *, language: str, left_out: tuple[str, ...] = ()) -> Iterator[Look]:
    context = pages.context_in(browser, language=language)
    try:
        yield Look(context.new_page(), left_out=left_out)
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
