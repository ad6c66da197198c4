"""From an address to a file on disk, or to a sentence why not.

Each hop is parsed, resolved and checked anew, and the connection goes to the very address that was checked:
a name that answers differently the second time (DNS rebinding) is not asked a second time.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urljoin

from django.template.defaultfilters import filesizeformat

from media_library.intake.fetching import line, reach
from media_library.intake.fetching.destination import Destination, destination
from media_library.intake.fetching.line import Deadline
from media_library.intake.fetching.problem import NotFetched
from media_library.intake.fetching.reach import Resolver

CHUNK = 64 * 1024
_LEADS_ON = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Manners:
    """How to ask. ``agent``: the User-Agent. ``idle``: seconds a site may be silent.

    ``allowed``: addresses that may be reached though they are not public, for tests alone; no setting and no
    variable of the environment fills it.
    """

    agent: str
    ports: frozenset[int] = frozenset({80, 443})
    idle: float = 20
    redirects: int = 5
    header_limit: int = 32 * 1024
    allowed: frozenset[str] = frozenset()
    resolve: Resolver = reach.system_resolver
    trust: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Fetched:
    """What arrived: ``url`` it came from in the end, ``name`` the site gives it, as text not to be trusted."""

    url: str
    name: str
    media_type: str
    size: int


def fetch(url: str, *, target: Path, limit: int, seconds: float, manners: Manners) -> Fetched:
    """Write what ``url`` answers with to ``target``: at most ``limit`` bytes, within ``seconds`` in all.

    Follows ``manners.redirects`` redirects, never from https to http. Raises :class:`NotFetched`; ``target`` is
    then removed.
    """
    deadline = Deadline(seconds)
    place = destination(url, ports=manners.ports)
    try:
        for _hop in range(manners.redirects + 1):
            answer = _visit(place, target=target, limit=limit, deadline=deadline, manners=manners)
            if isinstance(answer, Fetched):
                return answer
            following = destination(answer, ports=manners.ports)
            if place.scheme == "https" and following.scheme == "http":
                raise NotFetched("downgrade")
            place = following
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    raise NotFetched("too_many_redirects", limit=manners.redirects)


def _visit(
    place: Destination, *, target: Path, limit: int, deadline: Deadline, manners: Manners
) -> Fetched | str:
    """The file, or the address that this one leads on to."""
    sock = reached(place, deadline=deadline, manners=manners)
    with line.asked(
        place,
        sock,
        agent=manners.agent,
        deadline=deadline,
        idle=manners.idle,
        header_limit=manners.header_limit,
    ) as answer:
        if answer.status in _LEADS_ON:
            return _joined(place, _header(answer, "Location").strip(" \t"))
        _check_answer(answer, place=place, limit=limit)
        size = _write(answer, target=target, limit=limit, host=place.host)
        return Fetched(
            url=place.url,
            name=_name(answer, place),
            media_type=answer.headers.get_content_type(),
            size=size,
        )


def reached(place: Destination, *, deadline: Deadline, manners: Manners) -> socket.socket:
    """A line to the first address of ``place`` that answers; every one was checked. Raises NotFetched."""
    if place.literal is not None:
        reach.check(place.literal, allowed=manners.allowed)
        addresses: list[reach.Address] = [place.literal]
    else:
        addresses = reach.addresses_of(
            place.host,
            resolve=manners.resolve,
            seconds=deadline.within(manners.idle),
            allowed=manners.allowed,
        )
    problem = NotFetched("silent", host=place.host)
    for address in addresses[:4]:
        try:
            return line.connected(place, address, deadline=deadline, idle=manners.idle, trust=manners.trust)
        except NotFetched as error:
            problem = error
            if error.code != "silent":
                break
    raise problem


def _check_answer(answer: http.client.HTTPResponse, *, place: Destination, limit: int) -> None:
    status = answer.status
    if status in (401, 402, 403, 407, 451):
        raise NotFetched("forbidden", status=status)
    if status in (204, 205, 404, 410):
        raise NotFetched("gone", status=status)
    if status != 200:
        raise NotFetched("status", status=status)
    if (answer.headers.get("Content-Encoding") or "identity").strip().lower() not in ("", "identity"):
        raise NotFetched("encoded")
    lengths = {text.strip() for text in answer.headers.get_all("Content-Length", [])}
    if len(lengths) > 1 or any(not (text.isascii() and text.isdigit()) for text in lengths):
        raise NotFetched("nonsense", host=place.host)
    if lengths and int(lengths.pop()) > limit:
        raise NotFetched("fetch_too_large", limit=filesizeformat(limit))


def _write(answer: http.client.HTTPResponse, *, target: Path, limit: int, host: str) -> int:
    size, told = 0, answer.length
    with target.open("wb") as out:
        for chunk in _chunks(answer, host=host):
            size += len(chunk)
            if size > limit:
                raise NotFetched("fetch_too_large", limit=filesizeformat(limit))
            out.write(chunk)
    if told is not None and size != told:
        raise NotFetched("cut_off")
    return size


def _chunks(answer: http.client.HTTPResponse, *, host: str) -> Iterator[bytes]:
    while True:
        try:
            chunk = answer.read1(CHUNK)
        except http.client.IncompleteRead as error:
            raise NotFetched("cut_off") from error
        except (http.client.HTTPException, ValueError) as error:
            raise NotFetched("nonsense", host=host) from error
        except OSError as error:
            raise NotFetched("cut_off") from error
        if not chunk:
            return
        yield chunk


def _joined(place: Destination, location: str) -> str:
    """Where ``location`` leads (RFC 3986, 5.2); what names a host is left as it stands, to be checked.

    ``urljoin`` alone would drop line breaks and tabs in a host, and so repair what is to be refused.
    """
    if re.match(r"[a-z][a-z0-9+.-]*:", location, re.IGNORECASE):
        return location
    if location.startswith(("//", "\\")):
        return f"{place.scheme}:{location}"
    try:
        return urljoin(place.url, location)
    except ValueError as error:
        raise NotFetched("address_odd") from error


def _header(answer: http.client.HTTPResponse, name: str) -> str:
    """A header as text: ``http.client`` reads Latin-1, sites write UTF-8."""
    text = answer.headers.get(name) or ""
    try:
        return text.encode("latin-1").decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text


def _name(answer: http.client.HTTPResponse, place: Destination) -> str:
    """From Content-Disposition (RFC 6266), else the end of the path; without folders."""
    said = Message()
    said["Content-Disposition"] = _header(answer, "Content-Disposition").replace("\r", "").replace("\n", "")
    name = said.get_filename() or unquote(place.path.partition("?")[0].rstrip("/").rpartition("/")[2])
    return name.replace("\\", "/").rpartition("/")[2].strip() or place.host
