"""The outbox, and the only writer of any index.

A change of resources writes rows in its own transaction (:func:`note`). Workers claim due rows for a time,
bring the index to what is public *at that moment* and remove the rows. What a worker does twice, or does
late, does no harm: every write carries the resource's version and an index keeps the newer.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.utils import timezone
from wagtail.models import Revision

from media_library.models import Resource
from search import documents, engines
from search.engines.contract import Engine, Unavailable
from search.models import PendingChange

LEASE = timedelta(seconds=60)
"""How long a worker may keep its claim; then another takes it over."""
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(minutes=5)
MEANING = "meaning"
"""Under this name changes wait for :mod:`search.meaning`, beside the names of engines."""
log = structlog.get_logger(__name__)


def note(*, resource_ids: Iterable[int], at: datetime, meaning: bool = True) -> None:
    """Have each resource indexed anew; to be called inside the transaction of the change.

    ``meaning``: its text may have changed as well, so what it means is looked at again where that is on.
    """
    ids = sorted(set(resource_ids))
    names = [one.name for one in engines.every()]
    if meaning and settings.SEARCH_MEANING:
        names.append(MEANING)
    PendingChange.objects.bulk_create(
        (
            PendingChange(engine=name, resource_id=pk, token=uuid.uuid4(), changed_at=at, due_at=at)
            for name in names
            for pk in ids
        ),
        update_conflicts=True,
        unique_fields=["engine", "resource_id"],
        update_fields=["token", "due_at", "attempts", "dead", "problem"],
    )


def on_resource_changed(sender: Any, *, resource_ids: Sequence[int], **_kwargs: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`.

    A resource's other languages are indexed with it: they say whether there is an English version.
    """
    keys = Resource.objects.filter(pk__in=resource_ids).values("translation_key")
    versions = Resource.objects.filter(translation_key__in=keys).values_list("pk", flat=True)
    note(resource_ids={*resource_ids, *versions}, at=timezone.now())


def on_draft_saved(sender: Any, instance: Revision, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Receiver of a saved revision: the desk finds the newest draft."""
    if created and not raw and instance.base_content_type_id == _resource_type():
        note(resource_ids=[int(instance.object_id)], at=timezone.now())


def on_deleted(sender: Any, instance: Resource, **_kwargs: Any) -> None:
    """Receiver of a deleted row, whoever deleted it: the indexes forget it, and until then it is hidden."""
    note(resource_ids=[instance.pk], at=timezone.now())


def _resource_type() -> int:
    return ContentType.objects.get_for_model(Resource).pk


def drain(at: datetime) -> int:
    """Bring every index up to date with every due change; the number of resources dealt with."""
    return sum(_drain(target, at) for target in engines.every())


def _drain(target: Engine, at: datetime) -> int:
    """Stops at the first claim of which nothing succeeded: an engine that is down is not asked for each row."""
    done = 0
    while claimed := _claim(target, at):
        step = _work(target, claimed, at)
        done += step
        if not step or len(claimed) < target.batch:
            break
    return done


def lag(at: datetime) -> timedelta:
    """Age of the oldest change that the answering index has not heard of (dead ones too)."""
    waiting = PendingChange.objects.filter(engine=engines.engine().name)
    oldest: datetime | None = waiting.aggregate(oldest=Min("changed_at"))["oldest"]
    return max(at - oldest, timedelta()) if oldest else timedelta()


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one engine: changes to come, the oldest of them, and those that failed for good.

    ``unheard``: when the oldest of both was made; :func:`lag` is the age of that.
    """

    engine: str
    waiting: int = 0
    oldest: datetime | None = None
    dead: int = 0
    unheard: datetime | None = None


def queues() -> list[Queue]:
    """One for each engine that is written to, and for any other that has rows left; one query."""
    alive = Q(dead=False)
    rows = PendingChange.objects.values("engine").annotate(
        waiting=Count("pk", filter=alive),
        oldest=Min("changed_at", filter=alive),
        failed=Count("pk", filter=~alive),
        unheard=Min("changed_at"),
    )
    found = {
        row["engine"]: Queue(row["engine"], row["waiting"], row["oldest"], row["failed"], row["unheard"])
        for row in rows
    }
    names = dict.fromkeys([*(one.name for one in engines.every()), *sorted(found)])
    return [found.get(name, Queue(name)) for name in names]


def hidden(target: Engine, *, at: datetime) -> tuple[int, ...]:
    """Keys that ``target`` may still show though they are not public at ``at``: it has yet to hear of it.

    A change waits in the outbox until it can be found, so what does not wait there is as the index says.
    The public form of each; a desk is checked with the results alone.
    """
    if target.own_table:
        return ()
    waiting = PendingChange.objects.filter(engine=target.name)
    if not waiting.exists():  # nearly always, and quicker to ask than what follows is to put together
        return ()
    public = Resource.objects.public(at).filter(pk=OuterRef("resource_id"))
    return tuple(waiting.filter(~Exists(public)).values_list("resource_id", flat=True)[:MOST_HIDDEN])


MOST_HIDDEN = 50_000
"""A server takes 65,536 terms."""


def try_again(*, at: datetime, ids: Collection[int] | None = None) -> int:
    """Give changes that failed for good another round, all or those with these keys; their number."""
    dead = PendingChange.objects.filter(dead=True)
    chosen = dead if ids is None else dead.filter(pk__in=ids)
    return chosen.update(dead=False, attempts=0, due_at=at, lease_until=None)


class Heard(NamedTuple):
    """``finished``: ids that nothing is left to do for; ``steps``: how much was done."""

    finished: Collection[int]
    steps: int


class Listener(Protocol):
    """Hears of changes beside the engines, and may take several turns for one resource."""

    name: str
    batch: int

    def hear(self, resource_ids: Sequence[int], at: datetime) -> Heard:
        """Do a part of what these changes ask for. May raise Unavailable."""


def tell(listener: Listener, at: datetime) -> int:
    """One turn of ``listener`` with the oldest due changes; what it did not finish stays due."""
    claimed = _claim(listener, at)
    return _turn(listener, claimed, at) if claimed else 0


def _turn(listener: Listener, claimed: Sequence[PendingChange], at: datetime) -> int:
    try:
        heard = listener.hear([row.resource_id for row in claimed], at)
    except Unavailable as problem:
        _postpone(claimed, problem, at, counts=False)
        return 0
    except Exception as problem:
        if len(claimed) > 1:
            return sum(_turn(listener, [row], at) for row in claimed)
        _postpone(claimed, problem, at, counts=True)
        return 0
    _finish([row for row in claimed if row.resource_id in heard.finished])
    left = [row.pk for row in claimed if row.resource_id not in heard.finished]
    PendingChange.objects.filter(pk__in=left).update(lease_until=None)
    return heard.steps


def _claim(target: Engine | Listener, at: datetime) -> list[PendingChange]:
    """Take the oldest due rows that nobody holds."""
    due = PendingChange.objects.filter(engine=target.name, dead=False, due_at__lte=at).exclude(
        lease_until__gt=at
    )
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("changed_at", "pk")[: target.batch])
        PendingChange.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=at + LEASE, worker=f"{socket.gethostname()}:{os.getpid()}"[:80]
        )
    return rows


def _work(target: Engine, claimed: Sequence[PendingChange], at: datetime) -> int:
    try:
        write(target, [row.resource_id for row in claimed], at)
    except Unavailable as problem:
        _postpone(claimed, problem, at, counts=False)
        return 0
    except Exception as problem:
        if len(claimed) > 1:
            return sum(_work(target, [row], at) for row in claimed)
        _postpone(claimed, problem, at, counts=True)
        return 0
    _finish(claimed)
    return len(claimed)


def write(target: Engine, resource_ids: Sequence[int], at: datetime) -> None:
    """Bring ``target`` to what is public at ``at`` of ``resource_ids``. Raises Unavailable."""
    shown, hidden = documents.at_this_moment(resource_ids, at)
    target.delete(hidden)
    target.index(shown)


def _finish(claimed: Sequence[PendingChange]) -> None:
    """Remove the rows, but keep one that changed again meanwhile for the next claim."""
    tokens = {row.pk: row.token for row in claimed}
    with transaction.atomic():
        rows = PendingChange.objects.filter(pk__in=tokens).order_by("pk").select_for_update()
        now = dict(rows.values_list("pk", "token"))
        same = [pk for pk, token in now.items() if tokens[pk] == token]
        PendingChange.objects.filter(pk__in=same).delete()
        PendingChange.objects.filter(pk__in=now.keys() - set(same)).update(lease_until=None)


def _postpone(claimed: Sequence[PendingChange], problem: Exception, at: datetime, *, counts: bool) -> None:
    """Try later, each time later; ``counts``: after :data:`MOST_ATTEMPTS` failures no more by itself."""
    log.warning("search_write_failed", resources=len(claimed), problem=type(problem).__name__)
    for row in claimed:
        wait = min(timedelta(seconds=2 ** min(row.attempts, 10)), LONGEST_WAIT)
        PendingChange.objects.filter(pk=row.pk, token=row.token).update(
            attempts=F("attempts") + 1,
            due_at=at + wait,
            lease_until=None,
            problem=f"{type(problem).__name__}: {problem}"[:500],
            dead=counts and row.attempts + 1 >= MOST_ATTEMPTS,
        )
        PendingChange.objects.filter(pk=row.pk).exclude(token=row.token).update(lease_until=None)
