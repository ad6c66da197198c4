"""Addresses whose copies in caches are old, and the drain that has them forgotten.

The rendering of a section writes a row for each file it changed, a change of a resource for its frames, and for
its pages and files where it is no longer public; the worker tells the cache, and tries again, ever more rarely,
until it answers. A cache that knows keys is told one for a section or a resource instead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from cms.notifying import edge
from cms.notifying.models import Purge
from cms.sections.feeds import surrogate_key
from media_library import access
from media_library.files import public_address
from media_library.models import Resource
from media_library.scheduler import alone

logger = logging.getLogger(__name__)

BATCH = 500
TURN = "purge"
RETRY_AFTER = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=10)
LANGUAGES = ("vi", "en")


class Target(NamedTuple):
    """What a cache is told to forget: an address, or with an empty ``path`` a key."""

    path: str
    key: str = ""


def public_path(name: str) -> str:
    """The address of a rendered file: ``framed/A/s/en/index.html`` is ``/embed/A/s/en/``."""
    root, _slash, rest = name.partition("/")
    return f"/{'embed' if root == 'framed' else root}/{rest.removesuffix('index.html')}"


def files_changed(*, names: list[str], **signal: Any) -> None:
    """Receiver of :data:`cms.sections.changes.files_changed`: rows, where a cache is set."""
    if not edge.is_set():
        return
    if edge.knows_keys():
        addresses = {"/".join(name.split("/")[1:3]) for name in names}
        _ask(Target("", surrogate_key(address)) for address in addresses)
    else:
        _ask(Target(public_path(name)) for name in names)


def resources_changed(*, resource_ids: list[int], **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: of what was ever public."""
    if not edge.is_set():
        return
    at = timezone.now()
    published = Resource.objects.filter(pk__in=resource_ids, first_published_at__isnull=False).defer("body")
    for resource in published.prefetch_related("assets__file__renditions"):
        if edge.knows_keys():
            _ask([Target("", resource_key(resource.public_id))])
        else:
            _ask(Target(path) for path in _addresses(resource, public=access.is_public(resource, at)))


def resource_key(public_id: str) -> str:
    """The word of ``Surrogate-Key`` that every address of a resource carries."""
    return f"resource/{public_id}"


def _addresses(resource: Resource, *, public: bool) -> Iterator[str]:
    """Its frames; once it is not public any more its pages and files too, which caches keep for minutes."""
    for frame in ("resource_frame", "resource_frame_en"):
        yield reverse(f"syndication:{frame}", args=[resource.public_id])
    if public:
        return
    for language in LANGUAGES:
        yield f"/{language}/r/{resource.public_id}/"
        if resource.slug:
            yield resource.get_absolute_url(language)
            yield f"{resource.get_absolute_url(language)}script/"
    for asset in resource.assets.all():
        for rendition in asset.file.renditions.all():
            yield public_address(resource, rendition)


def _ask(targets: Iterable[Target]) -> None:
    Purge.objects.bulk_create(Purge(path=one.path, key=one.key) for one in sorted(set(targets)))


class Queue(NamedTuple):
    """What caches have yet to forget, how much of it was refused before, and when the oldest was asked for."""

    waiting: int
    retried: int
    oldest: datetime | None


def queue() -> Queue:
    """One query."""
    return Queue(
        **Purge.objects.aggregate(
            waiting=Count("pk"), retried=Count("pk", filter=Q(attempts__gt=0)), oldest=Min("requested_at")
        )
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
        problems = _purge_all(sorted({_target(row) for row in rows}))
        done = [row.pk for row in rows if _target(row) not in problems]
        with transaction.atomic():
            Purge.objects.filter(pk__in=done).delete()
            _try_again([row for row in rows if _target(row) in problems], problems=problems, at=at)
        return len(done)


def _target(row: Purge) -> Target:
    return Target(row.path, row.key)


def _purge_all(targets: list[Target]) -> dict[Target, str]:
    """What went wrong, by target. A cache that does not answer is not asked for the rest."""
    problems: dict[Target, str] = {}
    with edge.configured() as cache:
        for place, target in enumerate(targets):
            try:
                cache.purge(target.path, key=target.key)
            except edge.Refused as problem:
                problems[target] = str(problem)[:300]
            except edge.Unreachable as problem:
                problems |= dict.fromkeys(targets[place:], str(problem)[:300])
                break
    if problems:
        logger.warning("purge_failed", extra={"addresses": len(problems)})
    return problems


def _try_again(rows: list[Purge], *, problems: dict[Target, str], at: datetime) -> None:
    for row in rows:
        row.not_before = at + min(RETRY_AFTER * 2 ** min(row.attempts, 10), RETRY_AT_MOST)
        row.attempts = min(row.attempts + 1, 1000)
        row.problem = problems[_target(row)]
    Purge.objects.bulk_update(rows, ["not_before", "attempts", "problem"])
