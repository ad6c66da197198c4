"""Telling other systems of a withdrawal, until each has confirmed that it took its copies down.

A notice for each is written in the transaction of the withdrawal; a drain posts what is due and plans the next
time (:mod:`cms.notifying.reminding`). It may be posted twice: its identity stays, so it is confirmed once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from cms.notifying import letters, reminding, telling
from cms.notifying.models import Notice, NoticeState, Subscriber
from cms.notifying.posting import Outcome, call_all
from media_library import access
from media_library.models import Resource
from media_library.scheduler import alone

logger = logging.getLogger(__name__)

BATCH = 32
TURN = "takedown"


def resources_changed(*, resource_ids: list[int], why: str, **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: rows, in the transaction of the change."""
    if why == "withdrawn":
        rows = Resource.objects.filter(pk__in=resource_ids, withdrawn_at__isnull=False)
        _ask([row for row in rows.defer("body") if access.tells_withdrawal(row)])
    elif why == "reinstated":
        back = Notice.objects.open().filter(resource_id__in=resource_ids)
        back.update(state=NoticeState.CANCELLED, due_at=None)


def _ask(withdrawn: list[Resource]) -> None:
    told = list(Subscriber.objects.filter(active=True)) if withdrawn else []
    Notice.objects.bulk_create(
        [
            Notice(
                resource=row,
                withdrawn_at=row.withdrawn_at,
                subscriber=subscriber,
                subscriber_name=subscriber.name,
                due_at=row.withdrawn_at,
            )
            for row in withdrawn
            if row.withdrawn_at
            for subscriber in told
        ],
        ignore_conflicts=True,
    )


def drain(at: datetime) -> int:
    """Post what is due at ``at``; returns how many notices. One process at a time."""
    if not Notice.objects.due(at).exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        due = Notice.objects.due(at).select_related("resource", "subscriber").order_by("due_at", "pk")
        rows = [row for row in due[:BATCH] if _can_be_told(row)]
        outcomes = call_all([telling.call_for(row, at=at) for row in rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            _keep(row, outcome, at=at)
        return len(rows)


def _can_be_told(notice: Notice) -> bool:
    """Nobody is told any more who was removed; who is paused still hears of what was begun."""
    if notice.subscriber is not None:
        return True
    Notice.objects.open().filter(pk=notice.pk).update(state=NoticeState.CANCELLED, due_at=None)
    return False


def _keep(notice: Notice, outcome: Outcome, *, at: datetime) -> None:
    """Write what became of a sending, unless the notice was confirmed or cancelled meanwhile."""
    with transaction.atomic():
        row = Notice.objects.open().select_for_update().filter(pk=notice.pk).first()
        if row is None:
            return
        row.last_sent_at, row.problem = at, outcome.problem[:300]
        row.failures = 0 if outcome.accepted else row.failures + 1
        if outcome.accepted:
            row.sent += 1
            row.state, row.first_told_at = NoticeState.TOLD, row.first_told_at or at
        if confirms(outcome, row):
            row.state, row.confirmed_at, row.due_at = NoticeState.CONFIRMED, at, None
        else:
            row.due_at = reminding.next_time(since=row.withdrawn_at, failures=row.failures, at=at)
        row.save()
    if row.is_open and row.mailed_at is None and reminding.wants_mail(since=row.withdrawn_at, at=at):
        _write(notice, row, at=at)


def _write(notice: Notice, row: Notice, *, at: datetime) -> None:
    """The letter, once; one that cannot be sent is tried again with the next reminder."""
    if letters.unconfirmed(notice, failures=row.failures, at=at):
        Notice.objects.filter(pk=row.pk).update(mailed_at=at)


def confirms(outcome: Outcome, notice: Notice) -> bool:
    """Whether the answer says by itself that all was taken down: ``{"confirmed": "urn:uuid:…"}``."""
    answer = outcome.answer
    if answer is None or not answer.accepted or not answer.whole:
        return False
    return confirmed_in(answer.body) == notice.urn


def confirmed_in(body: bytes) -> str:
    """What ``body`` confirms; empty where it is no such JSON."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    named = said.get("confirmed") if isinstance(said, dict) else None
    return named if isinstance(named, str) else ""


def confirm(notice: Notice, *, at: datetime) -> bool:
    """Note that it was taken down; False where that was known. A later word counts where it was cancelled."""
    with transaction.atomic():
        row = Notice.objects.select_for_update().get(pk=notice.pk)
        if row.state == NoticeState.CONFIRMED:
            return False
        row.state, row.confirmed_at, row.due_at, row.problem = NoticeState.CONFIRMED, at, None, ""
        row.first_told_at = row.first_told_at or at
        row.save()
    logger.info("takedown_confirmed", extra={"notice": row.pk})
    return True


def remind_now(notices: Iterable[int], *, at: datetime) -> int:
    """Send those of ``notices`` that are open once more, at once; returns how many."""
    return Notice.objects.open().filter(pk__in=list(notices), subscriber__isnull=False).update(due_at=at)
