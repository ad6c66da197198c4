"""Addresses whose copies in caches are old, and the drain that has them forgotten.

The rendering of a section writes a row for each file it changed; the worker tells the cache, and tries
again, ever more rarely, until it answers.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from cms.notifying import edge
from cms.notifying.models import Purge
from media_library.models import Resource
from media_library.scheduler import alone

logger = logging.getLogger(__name__)

BATCH = 500
TURN = "purge"
RETRY_AFTER = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=10)


def public_path(name: str) -> str:
    """The address of a rendered file: ``framed/A/s/en/index.html`` is ``/embed/A/s/en/``."""
    root, _slash, rest = name.partition("/")
    return f"/{'embed' if root == 'framed' else root}/{rest.removesuffix('index.html')}"


def files_changed(*, names: list[str], **signal: Any) -> None:
    """Receiver of :data:`cms.sections.changes.files_changed`: rows, where a cache is set."""
    if edge.is_set():
        Purge.objects.bulk_create(Purge(path=path) for path in sorted({public_path(name) for name in names}))


def resources_changed(*, resource_ids: list[int], **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: the frames of what was ever public."""
    if not edge.is_set():
        return
    published = Resource.objects.filter(pk__in=resource_ids, first_published_at__isnull=False)
    Purge.objects.bulk_create(
        Purge(path=reverse(f"syndication:{frame}", args=[public_id]))
        for public_id in published.values_list("public_id", flat=True)
        for frame in ("resource_frame", "resource_frame_en")
    )


def drain(at: datetime) -> int:
    """Have every due address forgotten; returns how many rows are done. Waits for no other worker."""
    due = Purge.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=at))
    if not edge.is_set() or not due.exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        rows = list(due.order_by("pk")[:BATCH])
        problems = _purge_all(sorted({row.path for row in rows}))
        done = [row.pk for row in rows if row.path not in problems]
        with transaction.atomic():
            Purge.objects.filter(pk__in=done).delete()
            _try_again([row for row in rows if row.path in problems], problems=problems, at=at)
        return len(done)


def _purge_all(paths: list[str]) -> dict[str, str]:
    """What went wrong, by path. A cache that does not answer is not asked for the rest."""
    problems: dict[str, str] = {}
    with edge.configured() as cache:
        for place, path in enumerate(paths):
            try:
                cache.purge(path)
            except edge.Refused as problem:
                problems[path] = str(problem)[:300]
            except edge.Unreachable as problem:
                problems |= dict.fromkeys(paths[place:], str(problem)[:300])
                break
    if problems:
        logger.warning("purge_failed", extra={"addresses": len(problems)})
    return problems


def _try_again(rows: list[Purge], *, problems: dict[str, str], at: datetime) -> None:
    for row in rows:
        row.not_before = at + min(RETRY_AFTER * 2 ** min(row.attempts, 10), RETRY_AT_MOST)
        row.attempts = min(row.attempts + 1, 1000)
        row.problem = problems[row.path]
    Purge.objects.bulk_update(rows, ["not_before", "attempts", "problem"])
