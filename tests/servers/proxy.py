"""A proxy that fails on demand between a client and an HTTP server, and counts what was tried.

    with proxy.started(url) as between:
        between.answers(status=503, times=2)
        …a client of between.url…
        assert between.requests == 3

A behaviour holds until another is chosen, or for ``times`` requests, after which everything passes again.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding"}
"""Headers that say nothing beyond one connection (RFC 9110, 7.6.1)."""

_SERVER_PATIENCE = 60.0


class _Cut(Exception):
    """The connection to the client is to be reset."""


class Proxy:
    """What stands between; its methods choose how the next requests fare."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (str(parts.hostname), int(parts.port or 80))
        self._lock = threading.Lock()
        self._behaviour: _Behaviour = _Exchange.passes
        self._left: int | None = None
        self._changed = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = _bound(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        """Connections taken since the beginning or ``forget``; the kernel counts no refused ones."""
        self.seen: list[str] = []
        """Method and path of each request, in order, as ``GET /_search``."""
        self._listen()

    @property
    def requests(self) -> int:
        return len(self.seen)

    def forget(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self.connections, self.seen = 0, []

    def passes(self) -> None:
        """Requests and answers go through."""
        self._behave(_Exchange.passes)

    def refuses(self) -> None:
        """New connections are refused and open ones reset, as when the server has died."""
        with self._lock:
            _close(self._listener)
            # Bound but not listening: the kernel refuses, and nobody else gets the port meanwhile.
            self._listener = _bound(int(self._listener_port))
        self._drop_all()
        self._behave(_Exchange.drops, listening=False)

    def drops(self, *, times: int | None = None) -> None:
        """A request is read, then its connection is reset."""
        self._behave(_Exchange.drops, times=times)

    def hangs(self, *, times: int | None = None) -> None:
        """A request is read and never answered; choosing another behaviour resets its connection."""
        self._behave(_Exchange.hangs, times=times)

    def delays(self, *, seconds: float, times: int | None = None) -> None:
        """The server's answer is held back for ``seconds``, or until another behaviour is chosen."""
        self._behave(lambda exchange: exchange.delays(seconds), times=times)

    def cuts(self, *, after: int = 10, times: int | None = None) -> None:
        """The connection is reset when ``after`` bytes of the answer's body have gone through."""
        self._behave(lambda exchange: exchange.cuts(after), times=times)

    def answers(
        self,
        *,
        status: int,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """The proxy answers itself; the server is not asked."""
        self._behave(lambda exchange: exchange.send(status, dict(headers or {}), body), times=times)

    def close(self) -> None:
        """End every connection and wait for the threads."""
        with self._lock:
            _close(self._listener)
        self._drop_all()
        self._changed.set()
        for thread in self._threads:
            thread.join()

    @property
    def _listener_port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def _behave(self, behaviour: _Behaviour, *, times: int | None = None, listening: bool = True) -> None:
        with self._lock:
            self._behaviour, self._left = behaviour, times
            self._changed.set()
            self._changed = threading.Event()
        if listening:
            self._listen()

    def _listen(self) -> None:
        if not self._listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            self._listener.listen(64)
            self._start(self._accept, self._listener)

    def _start(self, target: Callable[[socket.socket], None], given: socket.socket) -> None:
        thread = threading.Thread(target=target, args=(given,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                taken, _address = listener.accept()
            except OSError:
                return  # closed by refuses() or close()
            with self._lock:
                self.connections += 1
                self._open.add(taken)
            self._start(self._serve, taken)

    def _serve(self, taken: socket.socket) -> None:
        try:
            _Exchange(taken, self)
        except (_Cut, OSError):
            pass
        finally:
            with self._lock:
                self._open.discard(taken)
            _reset(taken)

    def _drop_all(self) -> None:
        with self._lock:
            for taken in self._open:
                with contextlib.suppress(OSError):
                    taken.shutdown(socket.SHUT_RDWR)

    def next_behaviour(self, request: str) -> tuple[_Behaviour, threading.Event]:
        """How ``request`` fares, and what is set when another behaviour is chosen."""
        with self._lock:
            self.seen.append(request)
            behaviour = self._behaviour if self._left != 0 else _Exchange.passes
            if self._left:
                self._left -= 1
            return behaviour, self._changed

    def ask(self, *, method: str, path: str, headers: dict[str, str], body: bytes) -> _Answer:
        """What the server answers. Raises _Cut where it does not."""
        connection = http.client.HTTPConnection(*self._server, timeout=_SERVER_PATIENCE)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body or None, headers)
                answer = connection.getresponse()
                return answer.status, _carried(answer.headers), answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise _Cut from error


class _Exchange(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"

    def __init__(self, taken: socket.socket, between: Proxy) -> None:
        self._between = between
        self._changed = threading.Event()
        self._body = b""
        super().__init__(taken, taken.getsockname(), between)  # type: ignore[arg-type]

    def _exchange(self) -> None:
        self._body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        behaviour, self._changed = self._between.next_behaviour(f"{self.command} {self.path}")
        behaviour(self)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _exchange

    def log_message(self, *_words: object) -> None:
        """Tests count; they do not read a log."""

    def passes(self) -> None:
        self.send(*self._answer())

    def drops(self) -> None:
        raise _Cut

    def hangs(self) -> None:
        self._changed.wait()
        raise _Cut

    def delays(self, seconds: float) -> None:
        answer = self._answer()
        self._changed.wait(seconds)
        self.send(*answer)

    def cuts(self, after: int) -> None:
        status, headers, body = self._answer()
        self.send(status, headers, body, until=after)
        raise _Cut

    def send(self, status: int, headers: dict[str, str], body: bytes, *, until: int | None = None) -> None:
        """Send an answer, of its body only the bytes before ``until``."""
        # An answer to HEAD says the length of a body that it does not bring.
        length = headers.pop("content-length", str(len(body))) if self.command == "HEAD" else str(len(body))
        self.send_response_only(status)
        for name, value in {**headers, "content-length": length}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:until])

    def _answer(self) -> _Answer:
        return self._between.ask(
            method=self.command, path=self.path, headers=_carried(self.headers), body=self._body
        )


_Answer = tuple[int, dict[str, str], bytes]
_Behaviour = Callable[[_Exchange], None]


def _carried(headers: http.client.HTTPMessage) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION}


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept()
    listener.close()


def _reset(taken: socket.socket) -> None:
    """Close with RST, so that a client does not take what it got for the whole."""
    with contextlib.suppress(OSError):
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    taken.close()


@contextlib.contextmanager
def started(server: str) -> Iterator[Proxy]:
    """A proxy before the server at the URL ``server``, which passes everything at first."""
    between = Proxy(server)
    try:
        yield between
    finally:
        between.close()
