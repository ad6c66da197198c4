"""The library and one foreign site in a browser: Django's test client answers, the foreign site is given."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests import factories as make

SITE, FOREIGN = "http://kho57.localhost", "http://xa-mau.localhost"
_WATCH = """window.shifts = 0;
try {
  new PerformanceObserver(list => list.getEntries().forEach(each => {
    if (!each.hadRecentInput) window.shifts += each.value;
  })).observe({type: "layout-shift", buffered: true});
} catch (unknown) { window.shifts = -1; }
addEventListener("message", event => {
  window.frameHeight = (event.data || 0)["kho57-height"] || window.frameHeight;
});"""


@dataclass
class Web:
    """Everything a page complained of, asked strangers for, or told us."""

    browser: Browser
    client: Client
    foreign: bytes = b""
    foreign_style: str = ""
    foreign_headers: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    beacons: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, address: str, *, width: int = 1280, script: bool = True, dark: bool = False, **context: Any
    ) -> Page:
        made = self.browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            **context,
        )
        self.contexts.append(made)
        page = made.new_page()
        page.add_init_script(_WATCH)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._answer)
        page.goto(address)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == "xa-mau.localhost":
            self._from_host(route, address.path)
        elif address.netloc != "kho57.localhost":
            self.strangers.append(route.request.url)
            route.abort()
        elif address.path == "/embed/seen":
            self.beacons.append(route.request.post_data or "")
            route.fulfill(status=204)
        elif self.broken:
            route.abort()
        elif address.path.startswith("/static/"):
            found = finders.find(address.path.removeprefix("/static/"))
            kind = mimetypes.guess_type(address.path)[0] or "application/octet-stream"
            everyone = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind, headers=everyone)
        elif address.path.startswith("/files/"):
            self.asked.append(address.path)
            everyone = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=make.picture_bytes(), content_type="image/png", headers=everyone)
        else:
            self._from_library(route, f"{address.path}?{address.query}" if address.query else address.path)

    def _from_host(self, route: Route, path: str) -> None:
        if path == "/site.css":
            route.fulfill(body=self.foreign_style, content_type="text/css")
        elif path == "/favicon.ico":
            route.fulfill(status=204)
        else:
            headers = {"Content-Type": "text/html", **self.foreign_headers}
            route.fulfill(body=self.foreign, headers=headers)

    def _from_library(self, route: Route, target: str) -> None:
        response: Any = self.client.get(target, headers={"host": "kho57.localhost"})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if response.status_code >= 400:
            self.complaints.append(f"{response.status_code} {target}")
        if response.cookies or route.request.headers.get("cookie"):
            self.complaints.append(f"a cookie at {target}")
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)
