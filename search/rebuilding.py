"""An index made anew from the library while searches and changes go on.

Elasticsearch gets a second index: live changes are written to both from the moment it exists, then the
library is copied, compared id by id and version by version, and only when both agree searches change over.
The old index is written on, so that going back is one step and loses nothing, until it is dropped. The
embedded index is mended in place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from media_library.models import Resource
from search import documents
from search.engines.contract import GONE, Engine, Tombstone, Unavailable
from search.engines.elasticsearch import source
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.indexing import write
from search.models import PendingChange

BATCH = 200
ROUNDS = 20
"""Comparisons until both must agree; each mends what differs and was not changed a moment ago."""
PATIENCE = 120
"""Tries, with growing pauses up to LONGEST_PAUSE seconds, before a server that is away ends a rebuild."""
LONGEST_PAUSE = 5.0
log = structlog.get_logger(__name__)
Result = TypeVar("Result")


class Disagreement(Exception):
    """Index and library still differ after :data:`ROUNDS` comparisons; searches ask the old index on."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: resources gone through, and what it is about (copying, comparing)."""

    done: int
    act: str


Clock = Callable[[], datetime]
Pause = Callable[[float], None]


def rebuild(target: Engine, now: Clock, *, size: int = BATCH, pause: Pause = time.sleep) -> Iterator[Step]:
    """Make the index of ``target`` anew; yields after each step, and goes on where one broke off.

    Raises Unavailable when a server stays away, :class:`Disagreement`.
    """
    if isinstance(target, ElasticsearchEngine):
        yield from _beside(target, now, size, pause)
    else:
        yield from _in_place(target, now, size)


def _in_place(target: Engine, now: Clock, size: int) -> Iterator[Step]:
    for ids in _every_resource(0, size):
        write(target, ids, now())
        yield Step(len(ids), "copying")
    yield from _forget_missing(target, size)


def _forget_missing(target: Engine, size: int) -> Iterator[Step]:
    """Tombstones for documents whose resource no longer exists."""
    last: int | None = None
    while stored := target.stored(after=last, limit=size):
        target.delete([Tombstone(key, GONE) for key in stored.keys() - _expected_keys(stored)])
        last = max(stored)
        yield Step(0, "comparing")


def _expected_keys(stored: dict[int, int]) -> set[int]:
    known = set(Resource.objects.filter(pk__in={abs(key) for key in stored}).values_list("pk", flat=True))
    return {key for key in stored if abs(key) in known}


# -- a second index -------------------------------------------------------------------------------


def _beside(target: ElasticsearchEngine, now: Clock, size: int, pause: Pause) -> Iterator[Step]:
    aliases = target.aliases
    patiently(aliases.written, pause=pause)
    name = patiently(aliases.building, pause=pause) or aliases.named()
    index = patiently(lambda: aliases.make(name, reading=False), pause=pause)
    # What was copied before a rebuild broke off is there, in order of id: it goes on behind that.
    last = patiently(lambda: aliases.copied_to(index), pause=pause)
    for ids in _every_resource(last, size):
        patiently(lambda ids=ids: copy(target, index, ids, now()), pause=pause)  # type: ignore[misc]
        patiently(lambda ids=ids: aliases.note_copied(index, max(ids)), pause=pause)  # type: ignore[misc]
        yield Step(len(ids), "copying")
    for _round in range(ROUNDS):
        wrong = 0
        for keys, step in _compared(target, index, now, size, pause):
            wrong += len(keys)
            yield step
        if not wrong:
            break
        log.info("search_rebuild_mended", documents=wrong)
        pause(1.0)
    else:
        raise Disagreement(f"{wrong} documents of {index}")
    kept = {index, patiently(aliases.reading, pause=pause)}
    patiently(lambda: aliases.swap(index), pause=pause)
    for one in patiently(aliases.written, pause=pause):
        if one not in kept:
            patiently(lambda one=one: aliases.drop(one), pause=pause)  # type: ignore[misc]


def copy(target: ElasticsearchEngine, index: str, ids: Sequence[int], at: datetime) -> None:
    """Write what the library says of ``ids`` to one index. Raises Unavailable, Refused."""
    shown, hidden = documents.at_this_moment(ids, at)
    rows = [(one.key, one.version, source.of(one)) for one in shown]
    rows += [(one.id, one.version, source.of_tombstone(one)) for one in hidden]
    target.write_to([index], rows, wait=False)


def _compared(
    target: ElasticsearchEngine, index: str, now: Clock, size: int, pause: Pause
) -> Iterator[tuple[set[int], Step]]:
    """Page by page of ids, what differs between ``index`` and library; it is mended at once."""
    low = 0
    for ids in _every_resource(0, size):
        bounds = (low, max(ids))
        wrong = patiently(lambda i=ids, b=bounds: _differing(target, index, i, b, now), pause=pause)  # type: ignore[misc]
        if wrong:
            mend = sorted({abs(key) for key in wrong})
            patiently(lambda m=mend: copy(target, index, m, now()), pause=pause)  # type: ignore[misc]
        yield wrong, Step(len(ids), "comparing")
        low = bounds[1]
    beyond = patiently(lambda: _beyond(target, index, low), pause=pause)
    if beyond:
        patiently(lambda: copy(target, index, sorted(beyond), now()), pause=pause)
        yield beyond, Step(0, "comparing")


def _differing(
    target: ElasticsearchEngine, index: str, ids: Sequence[int], bounds: tuple[int, int], now: Clock
) -> set[int]:
    """Keys within ``bounds`` that ``index`` has otherwise than the library, of what stands still.

    Where they differ, library, outbox, index and library again are read in this order. What did not change
    between and did not wait has been written, so the index must have it. What waits or changes is not judged:
    whoever writes it writes it to this index as well.
    """
    stored, before = _between(target, index, *bounds), _wanted(ids, now())
    suspect = {key for key in stored.keys() | before.keys() if stored.get(key) != before.get(key)}
    if not suspect:
        return suspect
    resources = sorted({abs(key) for key in suspect})
    outbox = PendingChange.objects.filter(engine=target.name, resource_id__in=resources)
    waiting = set(outbox.values_list("resource_id", flat=True))
    stored, after = _between(target, index, *bounds), _wanted(resources, now())
    still = {key for key in suspect if abs(key) not in waiting and before.get(key) == after.get(key)}
    return {key for key in still if stored.get(key) != after.get(key)}


def _wanted(ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Version by key of every document that the library has of ``ids``."""
    shown, _hidden = documents.at_this_moment(ids, at)
    return {one.key: one.version for one in shown}


def _between(target: ElasticsearchEngine, index: str, low: int, high: int) -> dict[int, int]:
    """Versions of documents of either form of the resources with ids in (low, high]."""
    found = {}
    for first, last in ((low, high), (-high - 1, -low - 1)):
        after: int | None = first
        while page := target.stored_in(index, after=after, limit=BATCH * 5):
            inside = {key: version for key, version in page.items() if key <= last}
            found.update(inside)
            if len(inside) < len(page):
                break
            after = max(page)
    return found


def _beyond(target: ElasticsearchEngine, index: str, high: int) -> set[int]:
    """Ids of documents behind the last resource there is: whatever wrote them, they are no resource's."""
    above = target.stored_in(index, after=high, limit=BATCH)
    below = {key for key in target.stored_in(index, after=None, limit=BATCH) if key < -high}
    known = set(Resource.objects.filter(pk__gt=high).values_list("pk", flat=True))
    return {abs(key) for key in {*above, *below}} - known


def go_back(target: ElasticsearchEngine) -> str:
    """Let searches ask the index of before the last rebuild; its name. Raises LookupError without one."""
    older = target.aliases.older()
    if older is None:
        raise LookupError("There is no earlier index to go back to.")
    target.aliases.swap(older)
    return older


def patiently(act: Callable[[], Result], *, pause: Pause = time.sleep) -> Result:
    """What ``act`` gives, waiting for a server that is away. Raises Unavailable after PATIENCE tries."""
    for attempt in range(PATIENCE):
        try:
            return act()
        except Unavailable as problem:
            if attempt + 1 == PATIENCE:
                raise
            log.warning("search_rebuild_waits", problem=str(problem))
            pause(min(0.2 * 2**attempt, LONGEST_PAUSE))
    raise AssertionError("unreachable")


def _every_resource(after: int, size: int) -> Iterator[list[int]]:
    """Ids of all resources behind ``after``, a batch at a time."""
    while ids := list(
        Resource.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        yield ids
        after = ids[-1]
