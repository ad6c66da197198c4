"""Posting to other sites: never into our own network, never led on, several at once, each within its time."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.conf import settings

from media_library.intake.fetching import Answer, Destination, Manners, NotFetched, destination, reach, tell

logger = logging.getLogger(__name__)

SECONDS = 10.0
"""That one call may take in all."""
IDLE = 5.0
LIMIT = 16 * 1024
"""Bytes of an answer that are looked at."""
AT_ONCE = 8


@dataclass(frozen=True)
class Call:
    """What is asked of whom."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """``problem``: why it did not arrive, for people; empty where it did."""

    answer: Answer | None
    problem: str = ""

    @property
    def accepted(self) -> bool:
        return self.answer is not None and self.answer.accepted

    @property
    def status(self) -> int:
        """That of the answer, 0 without one."""
        return self.answer.status if self.answer else 0


def manners() -> Manners:
    """How we ask: a seam for tests, which alone may allow addresses that are not public."""
    return Manners(
        agent=settings.FETCH_AGENT, ports=frozenset({80, 443, *settings.FETCH_PORTS}), idle=IDLE, redirects=0
    )


def place_of(url: str) -> Destination:
    """``url`` parsed, nobody asked. Raises NotFetched where one sees that it may not be reached."""
    how = manners()
    place = destination(url, ports=how.ports)
    if place.literal is not None:
        reach.check(place.literal, allowed=how.allowed)
    return place


def check(url: str) -> Destination:
    """:func:`place_of`, and that its name leads into the public internet now. Raises NotFetched."""
    how, place = manners(), place_of(url)
    if place.literal is None:
        reach.addresses_of(place.host, resolve=how.resolve, seconds=how.idle, allowed=how.allowed)
    return place


def call(one: Call, *, how: Manners | None = None) -> Outcome:
    """Do one call; whatever goes wrong on the other side is an outcome."""
    try:
        answer = tell(
            one.url,
            method=one.method,
            headers=one.headers,
            body=one.body,
            limit=LIMIT,
            seconds=SECONDS,
            manners=how or manners(),
        )
    except NotFetched as problem:
        return Outcome(None, problem.code)
    except Exception:  # whatever one address does, the others of the round are to be told
        logger.exception("call_failed")
        return Outcome(None, "failed")
    return Outcome(answer, "" if answer.accepted else f"status {answer.status}")


def call_all(calls: Sequence[Call]) -> list[Outcome]:
    """Do all of them, :data:`AT_ONCE` at a time, in the order given; the threads touch no database."""
    if not calls:
        return []
    how = manners()
    with ThreadPoolExecutor(min(AT_ONCE, len(calls))) as threads:
        return list(threads.map(lambda one: call(one, how=how), calls))
