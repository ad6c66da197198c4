"""An index made anew from the library while searches and changes go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from media_library.models import Resource
from search.engines.contract import GONE, Engine, Tombstone
from search.indexing import write


def rebuild(target: Engine, at: datetime, *, size: int = 100) -> Iterator[int]:
    """Index everything anew while searches go on; yields how many rows each step did.

    Rows of the library in order of id, a batch in memory at a time; afterwards what the index still has
    and the library no longer shows. Live changes go on through the outbox: versions settle who wins.
    """
    last = 0
    while ids := list(
        Resource.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        write(target, ids, at)
        last = ids[-1]
        yield len(ids)
    yield from _forget_missing(target, size)


def _forget_missing(target: Engine, size: int) -> Iterator[int]:
    """Tombstones for documents whose resource no longer exists."""
    last: int | None = None
    while stored := target.stored(after=last, limit=size):
        known = set(Resource.objects.filter(pk__in={abs(key) for key in stored}).values_list("pk", flat=True))
        target.delete([Tombstone(key, GONE) for key in stored if abs(key) not in known])
        last = max(stored)
        yield 0
