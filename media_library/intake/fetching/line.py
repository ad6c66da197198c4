"""One connection to one checked address: each read within the time that is left, headers within their size.

Built on ``http.client``, which neither follows redirects, nor unpacks bodies, nor knows of proxies or cookies,
so that nothing of the kind has to be switched off.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any

from media_library.intake.fetching.destination import Destination
from media_library.intake.fetching.problem import NotFetched
from media_library.intake.fetching.reach import Address

READ_AHEAD = 8192


class Deadline:
    """The time that a fetch may take in all, in seconds from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    def within(self, most: float) -> float:
        """Seconds that one step may take. Raises :class:`NotFetched` when the time is up."""
        left = self.left
        if left <= 0:
            raise NotFetched("fetch_late", seconds=round(self.seconds))
        return min(left, most)


class _Stream(io.RawIOBase):
    """What arrives, counted while headers are read."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive(buffer)


class _Line:
    """A socket as ``http.client`` sees it."""

    def __init__(
        self, sock: socket.socket, *, host: str, deadline: Deadline, idle: float, header_limit: int
    ) -> None:
        self._sock, self._host, self._deadline, self._idle = sock, host, deadline, idle
        self.header_left: int | None = header_limit + READ_AHEAD

    def receive(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.within(self._idle))
        try:
            number = self._sock.recv_into(buffer)
        except TimeoutError as error:
            self._deadline.within(self._idle)
            raise NotFetched("silent", host=self._host) from error
        if self.header_left is not None:
            self.header_left -= number
            if self.header_left < 0:
                raise NotFetched("nonsense", host=self._host)
        return number

    def sendall(self, content: bytes) -> None:
        self._sock.settimeout(self._deadline.within(self._idle))
        self._sock.sendall(content)

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self), READ_AHEAD)

    def close(self) -> None:
        """Nothing: ``http.client`` lets go of a line while its answer is still being read."""


class _Connection(http.client.HTTPConnection):
    """Speaks over a line that stands already; never opens one."""

    def __init__(self, host: str, line: _Line) -> None:
        super().__init__(host)
        self.sock = line

    def connect(self) -> None:
        raise OSError("the line is gone")


def connected(
    place: Destination, address: Address, *, deadline: Deadline, idle: float, trust: ssl.SSLContext | None
) -> socket.socket:
    """A socket to ``address`` itself; over TLS it must prove to be ``place.host``. Raises NotFetched."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(deadline.within(idle))
        sock.connect((str(address), place.port))
        if place.scheme == "https":
            sock.settimeout(deadline.within(idle))
            sock = (trust or ssl.create_default_context()).wrap_socket(sock, server_hostname=place.host)
    except ssl.SSLCertVerificationError as error:
        sock.close()
        raise NotFetched("certificate", host=place.host) from error
    except ssl.SSLError as error:
        sock.close()
        raise NotFetched("nonsense", host=place.host) from error
    except OSError as error:
        sock.close()
        raise NotFetched("silent", host=place.host) from error
    except NotFetched:
        sock.close()
        raise
    return sock


@contextlib.contextmanager
def asked(
    place: Destination,
    sock: socket.socket,
    *,
    agent: str,
    deadline: Deadline,
    idle: float,
    header_limit: int,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """The answer to ``method`` at ``place`` over ``sock``, its headers read. Raises :class:`NotFetched`.

    ``headers`` come on top of our own; a ``body`` is sent with its length.
    """
    line = _Line(sock, host=place.host, deadline=deadline, idle=idle, header_limit=header_limit)
    connection = _Connection(place.host, line)
    with contextlib.closing(sock):
        try:
            connection.putrequest(method, place.path, skip_host=True, skip_accept_encoding=True)
            sent = {"Host": place.authority, "User-Agent": agent, "Accept": "*/*", **(headers or {})}
            if body is not None:
                sent["Content-Length"] = str(len(body))
            for name, text in (sent | {"Accept-Encoding": "identity", "Connection": "close"}).items():
                connection.putheader(name, text)
            connection.endheaders(body)
            answer = connection.getresponse()
        except (http.client.HTTPException, ValueError) as error:
            raise NotFetched("nonsense", host=place.host) from error
        except OSError as error:
            raise NotFetched("silent", host=place.host) from error
        line.header_left = None
        with answer:
            yield answer
