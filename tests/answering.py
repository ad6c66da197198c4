"""Requests of a browser answered by Django's test client, inside the test's own transaction."""

from __future__ import annotations

import contextvars
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import escape

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

HOST = "kho57.test"
SITE = f"http://{HOST}"
Open = Callable[..., "Page"]
"""A fixture that opens a path of the site in a page of its own."""
_LEADS = '<!doctype html><meta http-equiv="refresh" content="0;url=%s">'
"""In place of a redirection: what a browser is led to by an answer that it is handed, it asks of the network."""


@dataclass
class Answers:
    """For ``page.route``. ``asked`` keeps the paths; those that end with ``broken`` are not found."""

    client: Client
    asked: list[str] = field(default_factory=list)
    broken: str = "none"

    def __post_init__(self) -> None:
        self.here = contextvars.copy_context()  # Django keeps its database connection in the context

    def __call__(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        self.asked.append(address.path)
        if address.path.endswith(self.broken):
            route.fulfill(status=404)
        elif address.path.startswith("/static/"):
            kind = mimetypes.guess_type(address.path)[0] or "application/octet-stream"
            found = Path(str(finders.find(address.path.removeprefix("/static/"))))
            route.fulfill(body=found.read_bytes(), content_type=kind)
        else:
            self._ask(route, f"{address.path}?{address.query}" if address.query else address.path)

    def _ask(self, route: Route, target: str) -> None:
        response = self.here.run(self._answer, route.request, target)
        if response.status_code in (301, 302, 303) and route.request.is_navigation_request():
            leads = _LEADS % escape(response["Location"])
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=leads)
            return
        body = self.here.run(b"".join, response.streaming_content) if response.streaming else response.content
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

    def _answer(self, request: Any, target: str) -> Any:
        wanted = {"host": HOST}
        for name in ("range", "x-csrftoken"):
            if part := request.headers.get(name):
                wanted[name] = part
        if request.method != "POST":
            return self.client.get(target, headers=wanted)
        kind = request.headers["content-type"]
        sent = request.post_data_buffer or b""
        response = self.client.generic("POST", target, sent, content_type=kind, headers=wanted)
        if response.status_code in (301, 302, 303) and not request.is_navigation_request():
            response = self.client.get(response["Location"], headers={"host": HOST}, follow=True)
        return response
