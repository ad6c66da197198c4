"""A site on loopback that does as it is told, and counts who came."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Site:
    """``answers``: what is sent for a path; bytes as they are, or a function that holds the line."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        """Of what was asked; what hung up before it had asked counts as ``asked`` and has none."""
        return [request.split(b" ")[1].decode() for request in self.asked if b"\r\n\r\n" in request]

    def address(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def plain(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer. With a Content-Length of its own in ``headers`` that one is sent."""
    named = list(headers)
    if not any(one.lower().startswith(("content-length", "transfer-encoding")) for one in headers):
        named.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"HTTP/1.1 {status}", *named, "", ""]).encode() + body


def leading_to(address: str, status: str = "302 Found") -> bytes:
    return plain(b"", f"Location: {address}", status=status)


@contextlib.contextmanager
def site(tls: ssl.SSLContext | None = None, *, on: str = "127.0.0.1") -> Iterator[Site]:
    """Serves until the block ends."""
    listening = socket.create_server((on, 0))
    told = Site(listening.getsockname()[1])
    thread = threading.Thread(target=_serve, args=(listening, told, tls), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.stopped.set()
        with contextlib.suppress(OSError):
            socket.create_connection((on, told.port), 1).close()
        thread.join(5)
        listening.close()


def _serve(listening: socket.socket, told: Site, tls: ssl.SSLContext | None) -> None:
    while True:
        line, _peer = listening.accept()
        if told.stopped.is_set():
            line.close()
            return
        threading.Thread(target=_answer, args=(line, told, tls), daemon=True).start()


def _answer(line: socket.socket, told: Site, tls: ssl.SSLContext | None) -> None:
    line.settimeout(10)
    try:
        if tls is not None:
            line = tls.wrap_socket(line, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request and (more := line.recv(4096)):
            request += more
        told.asked.append(request)
        if b"\r\n\r\n" not in request:
            return
        answer = told.answers.get(request.split(b" ")[1].decode(), plain(b"", status="404 Not Found"))
        if isinstance(answer, bytes):
            line.sendall(answer)
        else:
            answer(line)
    except OSError:
        pass
    finally:
        line.close()
