"""Hits by words and neighbours in meaning, made one order. Figures: docs/decisions/0072.

A hit by words is worth K / (K + its place), as in reciprocal rank fusion (Cormack, Clarke and Buettcher 2009);
a neighbour adds what its cosine is above a base. Ranks alone would make of the nearest document, however far,
as much as of the best hit. The neighbours are sought in a thread beside the search for words; what is not
there in time is left out.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent import futures
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, cast

import structlog
from django.conf import settings
from django.db import connections

from search import embedder
from search.embedder import Embedder
from search.engines.contract import Engine, Near, Reader, Unavailable
from search.query import Query

K = 60
DEPTH = 50
"""Hits by words that have a place; a neighbour without the words comes behind them."""
BUDGET = 0.150
"""Seconds from the beginning after which an answer no longer waits for the neighbours."""
AT_ONCE = 2
"""Questions of a process that may be with the model; another one meanwhile goes without."""


class Weight(NamedTuple):
    """How neighbours count: from cosine ``base`` on, times ``factor``; a hit of its own from ``floor`` on."""

    base: float
    factor: float
    floor: float


VIETNAMESE = Weight(base=0.25, factor=0.15, floor=0.30)
"""Of what 19 Vietnamese questions about nothing in the library come near to, the nearest has 0.26."""
ENGLISH = Weight(base=0.15, factor=2.0, floor=0.20)
"""Texts of two languages are less near, and words find little: a neighbour of 0.4 is worth a first place.
Of what English questions about nothing in the library come near to, the nearest has 0.197."""
FEWEST_ENGLISH = 2
"""Words of a question that may be told to be English: OTP and HueIOC are names."""

LEFT_OUT: Counter[str] = Counter()
"""How often neighbours were left out since the process began, by reason."""
_THREADS = futures.ThreadPoolExecutor(AT_ONCE, thread_name_prefix="meaning")
_PLACES = threading.BoundedSemaphore(AT_ONCE)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fused:
    """``first``: keys in their common order, none where words alone decide.

    ``by_meaning``: those among them that are not at the top of the hits by words. ``left_out``: why meaning
    was not asked or did not answer: off, quoted, numbers, busy, late, unusable, unavailable, failed.
    """

    first: tuple[int, ...] = ()
    by_meaning: frozenset[int] = frozenset()
    left_out: str = ""


def legs(
    query: Query,
    *,
    restored: str | None,
    lexical: Callable[[int], list[int]],
    engine: Engine,
    at: datetime,
    reader: Reader | None = None,
) -> Fused:
    """Ask for words and for meaning at the same time.

    ``restored``: what :func:`search.spelling.put_right` makes of ``query``; None where it stands as typed.
    ``lexical``: keys of the best hits by words, as many as it is called with. It is called once, whatever
    becomes of the meaning, and what it raises goes through.
    """
    began = time.monotonic()
    reason = unasked(query)
    leg = None if reason else _begin(lambda: _near(restored or query.text, engine, at, reader))
    words = lexical(DEPTH)
    if leg is None:
        return _without(reason or "busy")
    done, _waiting = futures.wait([leg], timeout=max(0.0, began + BUDGET - time.monotonic()))
    if not done:
        return _without("late")
    try:
        return fused(query, words, leg.result())
    except embedder.Unusable:
        return _without("unusable")
    except Unavailable:
        return _without("unavailable")
    except Exception:
        log.exception("meaning_failed")
        return _without("failed")


def unasked(query: Query) -> str:
    """Why ``query`` is one for words only; empty where it is not."""
    if not settings.SEARCH_MEANING:
        return "off"
    if query.phrases:
        return "quoted"
    return "numbers" if all(token.folded.isdigit() for token in query.tokens) else ""


def _without(reason: str) -> Fused:
    LEFT_OUT[reason] += 1
    if reason in ("busy", "late", "unavailable"):
        log.info("meaning_left_out", reason=reason)
    return Fused(left_out=reason)


def _begin(act: Callable[[], list[Near]]) -> futures.Future[list[Near]] | None:
    """``act`` in a thread; None, and nothing waits, where all are at work with what others gave up on."""
    if not _PLACES.acquire(blocking=False):
        return None
    leg = _THREADS.submit(act)
    leg.add_done_callback(lambda _leg: _PLACES.release())
    return leg


def _near(question: str, engine: Engine, at: datetime, reader: Reader | None) -> list[Near]:
    try:
        vector = _asked(cast(Hashable, embedder.current()), question)
        return engine.nearest(vector, limit=DEPTH, at=at, reader=reader)
    finally:
        _let_go()


def _let_go() -> None:
    """Close what this thread's work opened of the database, as at the end of a request."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@lru_cache(maxsize=1_000)
def _asked(model: Hashable, question: str) -> bytes:
    """Its vector; kept, because pages of results ask the same again."""
    return cast(Embedder, model).question(question)


def fused(query: Query, words: Sequence[int], near: Sequence[Near]) -> Fused:
    """One order of hits by words and of neighbours that are near enough."""
    weight = ENGLISH if query.english and len(query.tokens) >= FEWEST_ENGLISH else VIETNAMESE
    worth = {key: K / (K + place) for place, key in enumerate(words[:DEPTH], start=1)}
    counted = {one.key: one.cosine for one in near if one.cosine >= weight.base}
    added = {key for key, cosine in counted.items() if key not in worth and cosine >= weight.floor}
    if not added and not counted.keys() & worth.keys():
        return Fused()
    worth |= dict.fromkeys(added, K / (K + DEPTH + 1))
    for key in worth.keys() & counted.keys():
        worth[key] += weight.factor * (counted[key] - weight.base)
    order = sorted(worth, key=lambda key: (-worth[key], -counted.get(key, 0.0)))
    return Fused(tuple(order), frozenset(added))


def reciprocal(*orders: Sequence[int]) -> list[int]:
    """The keys of all ``orders`` by the sum of 1 / (K + place); of equal ones the first met stays first."""
    worth: dict[int, float] = {}
    for order in orders:
        for place, key in enumerate(order[:DEPTH], start=1):
            worth[key] = worth.get(key, 0.0) + 1 / (K + place)
    return sorted(worth, key=lambda key: -worth[key])
