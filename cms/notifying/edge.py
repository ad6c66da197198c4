"""The cache in front of the site: told by ``PURGE`` requests, as Varnish, nginx and Squid understand them.

Where it knows keys (``CDN_PURGE_KEY_HEADER``), one request with a key in that header makes it forget everything
that was sent out with that word of ``Surrogate-Key``.

The address of the cache is the operator's setting, never input, so it may lie in the inner network.
"""

from __future__ import annotations

import http.client
from types import TracebackType
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 5.0
FORGOTTEN = frozenset({200, 202, 204, 404, 412})
"""404 and 412 are what nginx says of an address that it does not hold."""


class Unreachable(Exception):
    """The cache does not answer: the rest need not be tried now."""


class Refused(Exception):
    """The cache answered, and did not forget the address."""


class Edge(Protocol):
    def purge(self, path: str, *, key: str = "") -> None:
        """Forget ``path``, or what carries ``key``. Raises :class:`Unreachable` or :class:`Refused`."""


class HttpEdge:
    """One kept connection; a context manager that closes it."""

    def __init__(self, *, address: str, host: str, token: str = "", key_header: str = "") -> None:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        self._root, self._key_header = parts.path or "/", key_header
        self._headers = {"Host": host} | ({"Authorization": f"Bearer {token}"} if token else {})

    def purge(self, path: str, *, key: str = "") -> None:
        headers = self._headers | ({self._key_header: key} if key else {})
        try:
            self._line.request("PURGE", self._root if key else path, headers=headers)
            answer = self._line.getresponse()
            answer.read(65_536)
            if not answer.isclosed():
                self._line.close()
        except (OSError, http.client.HTTPException) as problem:
            self._line.close()
            raise Unreachable(f"{type(problem).__name__}: {problem}") from problem
        if answer.status not in FORGOTTEN:
            raise Refused(f"the cache answered {answer.status}")

    def __enter__(self) -> HttpEdge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()


def is_set() -> bool:
    return bool(settings.CDN_PURGE_URL)


def knows_keys() -> bool:
    return bool(settings.CDN_PURGE_KEY_HEADER)


def configured() -> HttpEdge:
    """The cache that ``CDN_PURGE_URL`` names; addresses in it are those of ``PUBLIC_BASE_URL``."""
    host = urlsplit(settings.PUBLIC_BASE_URL).netloc or urlsplit(settings.CDN_PURGE_URL).netloc
    return HttpEdge(
        address=settings.CDN_PURGE_URL,
        host=host,
        token=settings.CDN_PURGE_TOKEN,
        key_header=settings.CDN_PURGE_KEY_HEADER,
    )
