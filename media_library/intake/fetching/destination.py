"""Where an address leads: parsed in one strict way, before anything is resolved or asked.

Whatever two parsers could read differently is refused (WHATWG URL and RFC 3986 part ways there): user
names, backslashes, percent signs or letters beyond ASCII in the host, numbers that are no plain dotted quad.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

from media_library.intake.fetching.problem import NotFetched

LIMIT = 2000
"""Characters of an address."""
PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_OURS = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "home.arpa")
_SAFE = "/?:@!$&'()*+,;=-._~%[]|^{}`\"<>"


@dataclass(frozen=True)
class Destination:
    """A parsed address. ``host`` in lower case, without brackets; ``path`` with its query, in ASCII."""

    scheme: str
    host: str
    port: int
    path: str
    literal: IPv4Address | IPv6Address | None = None
    """The internet address, where the host is written as one."""

    @property
    def authority(self) -> str:
        """The ``Host`` header (RFC 9110, 7.2): the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def destination(url: str, *, ports: Collection[int] = (80, 443)) -> Destination:
    """Parse ``url``; spaces around it and its fragment are dropped. Raises :class:`NotFetched`."""
    url = url.strip(" \t\r\n")
    if len(url) > LIMIT:
        raise NotFetched("address_long", limit=LIMIT)
    if _UNSEEN.search(url):
        raise NotFetched("address_signs")
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in PORTS:
        raise NotFetched("address_scheme")
    if "\\" in url or not url[scheme.end() :].startswith("//"):
        raise NotFetched("address_odd")
    authority, path = _split(url[scheme.end() + 2 :])
    host, port = _host_and_port(authority)
    name, literal = _checked_host(host)
    number = _port(port, scheme[1].lower())
    if number not in ports:
        raise NotFetched("port", port=number, ports=", ".join(map(str, sorted(ports))))
    return Destination(scheme[1].lower(), name, number, path, literal)


def _split(rest: str) -> tuple[str, str]:
    """Authority, and path with query as it is sent: in ASCII, beginning with a slash, without fragment."""
    found = re.search(r"[/?#]", rest)
    authority, path = (rest, "") if found is None else (rest[: found.start()], rest[found.start() :])
    path = quote(path.partition("#")[0], safe=_SAFE)
    return authority, path if path.startswith("/") else f"/{path}"


def _host_and_port(authority: str) -> tuple[str, str | None]:
    if "@" in authority:
        raise NotFetched("address_user")
    if authority.startswith("["):
        inside, bracket, after = authority[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise NotFetched("address_odd")
        return f"[{inside}]", after[1:] if after else None
    host, colon, port = authority.partition(":")
    return host, port if colon else None


def _port(text: str | None, scheme: str) -> int:
    if text is None:
        return PORTS[scheme]
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text, re.ASCII):
        raise NotFetched("address_odd")
    return int(text)


def _checked_host(host: str) -> tuple[str, IPv4Address | IPv6Address | None]:
    if host.startswith("["):
        try:
            address = IPv6Address(host[1:-1])
        except (AddressValueError, ValueError) as error:
            raise NotFetched("host_number") from error
        if address.scope_id is not None:
            raise NotFetched("host_number")
        return address.compressed, address
    if not host.isascii():
        raise NotFetched("host_letters")
    host = host.lower()
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return host, IPv4Address(host)
        except AddressValueError as error:
            raise NotFetched("host_number") from error
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotFetched("address_odd")
    if len(labels) == 1 or host.endswith(tuple(f".{name}" for name in _OURS)):
        raise NotFetched("host_private")
    return host, None
