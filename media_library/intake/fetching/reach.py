"""Which internet addresses may be reached, and which of them a name has.

The lists are IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its successors), written out:
what ``ipaddress`` calls global has changed between releases of Python.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from media_library.intake.fetching.problem import NotFetched

Address = IPv4Address | IPv6Address
Resolver = Callable[[str], list[str]]
"""From a host name to its addresses; raises OSError for a name that has none."""

_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own (RFC 6598); a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's platform (Azure), though the address is public
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
_GLOBAL = IPv6Network("2000::/3")
_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def public(address: Address) -> bool:
    """Whether ``address`` lies in the public internet, by itself and by the address it may carry."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _V4)
    if address in _NAT64:
        return public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL and not any(address in network for network in _V6)


def system_resolver(host: str) -> list[str]:
    """What the machine's resolver says."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(
    host: str, *, resolve: Resolver, seconds: float, allowed: Collection[str] = ()
) -> list[Address]:
    """Every address of ``host``, each of them checked: one that is not public spoils the name.

    Raises :class:`NotFetched` (``host_unknown``, ``host_private``, ``silent``).
    """
    found = []
    for text in _resolved(host, resolve=resolve, seconds=seconds):
        try:
            found.append(ip_address(text))
        except ValueError as error:  # a zone id after a link-local address, for one
            raise NotFetched("host_private") from error
    if not found:
        raise NotFetched("host_unknown", host=host)
    for address in found:
        check(address, allowed=allowed)
    return sorted(found, key=lambda address: address.version)


def check(address: Address, *, allowed: Collection[str] = ()) -> None:
    """Raises :class:`NotFetched` unless ``address`` is public or stands in ``allowed``."""
    if str(address) not in allowed and not public(address):
        raise NotFetched("host_private")


def _resolved(host: str, *, resolve: Resolver, seconds: float) -> list[str]:
    """The system's resolver takes no deadline, so it is asked in a thread that may be left behind."""
    answer: queue.Queue[list[str] | OSError] = queue.Queue()

    def ask() -> None:
        try:
            answer.put(resolve(host))
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, daemon=True).start()
    told: list[str] | OSError | None = None
    with contextlib.suppress(queue.Empty):
        told = answer.get(timeout=max(0.001, seconds))
    if told is None:
        raise NotFetched("silent", host=host)
    if isinstance(told, OSError):
        raise NotFetched("host_unknown", host=host) from told
    return told
