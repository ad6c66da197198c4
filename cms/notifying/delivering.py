"""Sending a feed to those who follow it once its bytes changed (WebSub, 7): as it is now, signed, until taken.

The rendering of a section announces the files that it wrote; those who follow one are marked there by one query.
A drain posts. A callback that fails is asked ever more rarely, given up in the end, and then asked once with each
change, until it takes one, asks to follow anew, or its lease ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, IntegerField, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from cms.notifying import signing, topics
from cms.notifying.models import Subscription
from cms.notifying.posting import Call, Outcome, call_all
from cms.notifying.purging import public_path
from cms.sections import files
from cms.sections.parts import hub_address
from media_library.scheduler import alone

BATCH = 32
TURN = "websub"
ATTEMPTS = 8
"""For one change; the pauses between them make about fifteen hours."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
_PAUSING = Q(attempts__gt=0, due_at__isnull=False)
"""A callback that fails keeps its pause, however often the feed changes meanwhile."""


def files_changed(*, names: list[str], **signal: Any) -> None:
    """Receiver of :data:`cms.sections.changes.files_changed`: who follows one of them is due."""
    at = timezone.now()
    followed = Subscription.objects.filter(
        topic__in=[public_path(name) for name in names], lease_until__gt=at
    )
    followed.update(
        wanted=F("wanted") + 1,
        due_at=Case(When(_PAUSING, then=F("due_at")), default=Value(at), output_field=DateTimeField()),
        attempts=Least(F("attempts"), Value(ATTEMPTS - 1), output_field=IntegerField()),
    )


def drain(at: datetime) -> int:
    """Send what is due at ``at``; returns how many were asked. One process at a time."""
    due = Subscription.objects.filter(due_at__lte=at, lease_until__gt=at)
    if not due.exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        rows = list(due.order_by("due_at", "pk")[:BATCH])
        feeds = {topic: files.read(topics.stored_name(topic)) for topic in {row.topic for row in rows}}
        sent = [(row, feed) for row in rows if (feed := feeds[row.topic]) is not None]
        outcomes = call_all([call_for(row, feed) for row, feed in sent])
        for (row, _feed), outcome in zip(sent, outcomes, strict=True):
            _keep(row, outcome, at=at)
        gone = [row.pk for row in rows if feeds[row.topic] is None]
        Subscription.objects.filter(pk__in=gone).update(due_at=None, delivered=F("wanted"))
        return len(rows)


def call_for(subscription: Subscription, feed: bytes) -> Call:
    """The feed as it is posted: its own media type, its links, and its signature where there is a secret."""
    _section, asked = topics.parts(subscription.topic)
    itself = topics.address(subscription.topic)
    headers = {
        "Content-Type": asked.form.media_type if asked else "application/octet-stream",
        "Link": f'<{hub_address()}>; rel="hub", <{itself}>; rel="self"',
    }
    if subscription.secret:
        headers[signing.HEADER] = signing.signature(subscription.secret, feed)
    return Call(subscription.callback, headers=headers, body=feed)


def _keep(sent: Subscription, outcome: Outcome, *, at: datetime) -> None:
    """What became of it. One that changed again meanwhile stays due."""
    if outcome.status == HTTPStatus.GONE:
        Subscription.objects.filter(pk=sent.pk).delete()
        return
    with transaction.atomic():
        row = Subscription.objects.select_for_update().filter(pk=sent.pk).first()
        if row is None:
            return
        if outcome.accepted:
            row.delivered, row.delivered_at = min(sent.wanted, row.wanted), at
            row.attempts, row.problem = 0, ""
            row.due_at = at if row.wanted > sent.wanted else None
        else:
            row.attempts, row.problem = min(row.attempts + 1, 1000), outcome.problem[:300]
            pause = min(FIRST_PAUSE * 4 ** min(row.attempts - 1, 10), LONGEST_PAUSE)
            row.due_at = at + pause if row.attempts < ATTEMPTS else None
        row.save(update_fields=["delivered", "delivered_at", "attempts", "problem", "due_at"])
