"""Another system on loopback: it remembers what it was sent, and answers as the test tells it to."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from cms.notifying import posting
from media_library.intake.fetching import Manners


@dataclass
class Sent:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def asked(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Behaviour:
    """``body``: sent as it is; ``echo``: what of the request is sent back; ``wait``: seconds before."""

    status: int = 200
    body: bytes = b""
    location: str = ""
    wait: float = 0
    challenge: bool = True
    confirms: bool = False
    huge: bool = False


@dataclass
class Other:
    """Answers by path; everything else as ``usual``."""

    port: int = 0
    usual: Behaviour = field(default_factory=Behaviour)
    by_path: dict[str, Behaviour] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def at(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def posts(self, path: str | None = None) -> list[Sent]:
        found = [one for one in self.sent if one.method == "POST"]
        return [one for one in found if path is None or one.path.partition("?")[0] == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    other: Other

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        self.close_connection = True
        came = Sent(
            self.command, self.path, {name.lower(): text for name, text in self.headers.items()}, body
        )
        self.other.sent.append(came)
        how = self.other.by_path.get(self.path.partition("?")[0], self.other.usual)
        time.sleep(how.wait)
        said = how.body
        if how.confirms:
            said = json.dumps({"confirmed": came.told["id"]}).encode()
        elif self.command == "GET" and how.challenge and not said:
            said = came.asked.get("hub.challenge", "").encode()
        with contextlib.suppress(OSError):
            self.send_response(how.status)
            if how.location:
                self.send_header("Location", how.location)
            self.send_header("Content-Length", str(10**9 if how.huge else len(said)))
            self.end_headers()
            for _part in range(1000 if how.huge else 0):
                self.wfile.write(b"x" * 65536)
            self.wfile.write(said)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Other]:
    """One other system until the block ends."""
    other = Other()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"other": other}))
    server.daemon_threads = True
    other.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def let_loopback_in(monkeypatch: pytest.MonkeyPatch, *others: Other, idle: float = 2) -> None:
    """The seam: for this test, loopback may be reached at the ports of ``others``; names resolve to it."""
    ports = frozenset({80, 443, *(one.port for one in others)})
    manners = Manners(
        agent="Kho57-test",
        ports=ports,
        idle=idle,
        redirects=0,
        allowed=frozenset({"127.0.0.1"}),
        resolve=lambda _host: ["127.0.0.1"],
    )
    monkeypatch.setattr(posting, "manners", lambda: manners)


class NoMail(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError
