"""Who follows which feed: asked for by anybody, true once the callback has said so (WebSub, 5.3).

A callback is asked with a word that only it can repeat. Requests are limited by the host that would be asked, so
that the hub is no means to press others; those that came to nothing count for an hour.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import F

from cms.notifying import topics
from cms.notifying.models import Intent, Mode, Subscription
from cms.notifying.posting import Call, Outcome, call_all
from media_library.scheduler import alone

logger = logging.getLogger(__name__)

BATCH = 32
TURN = "websub_intents"
INTENTS_OF_A_HOST = 20
INTENTS = 1000
SUBSCRIPTIONS_OF_A_HOST = 1000
SUBSCRIPTIONS = 20_000
COUNTED_FOR = timedelta(hours=1)
ATTEMPTS = 3
PAUSE = timedelta(seconds=30)


class Full(Exception):
    """Too many wait, or follow already. ``seconds``: when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Asking:
    """A request to the hub, parsed. ``topic`` is the path of a feed of ours."""

    mode: Mode
    topic: str
    callback: str
    host: str
    secret: str
    lease: timedelta


def ask(asking: Asking, *, at: datetime) -> Intent:
    """Write the request down for the worker; the newest of one callback for one feed counts. Raises Full."""
    with transaction.atomic():
        same = Intent.objects.filter(topic=asking.topic, callback=asking.callback, spent=False)
        same.update(spent=True)
        recent = Intent.objects.filter(requested_at__gt=at - COUNTED_FOR)
        if recent.filter(host=asking.host).count() >= INTENTS_OF_A_HOST:
            raise Full(int(COUNTED_FOR.total_seconds()))
        follows = Subscription.objects.filter(topic=asking.topic, callback=asking.callback).exists()
        if not follows:  # who follows may always renew, and leave
            if recent.count() >= INTENTS:
                raise Full(int(COUNTED_FOR.total_seconds()))
            if _is_full(asking.host):
                raise Full(24 * 3600)
        return Intent.objects.create(
            mode=asking.mode,
            topic=asking.topic,
            callback=asking.callback,
            host=asking.host,
            secret=asking.secret,
            lease_seconds=int(asking.lease.total_seconds()),
            requested_at=at,
            due_at=at,
        )


def _is_full(host: str) -> bool:
    """Whether there is no room for another subscription of ``host``."""
    rows = Subscription.objects.all()
    return rows.filter(host=host).count() >= SUBSCRIPTIONS_OF_A_HOST or rows.count() >= SUBSCRIPTIONS


def drain(at: datetime) -> int:
    """Ask the callbacks of what is due whether they meant it; returns how many were asked."""
    due = Intent.objects.filter(spent=False, due_at__lte=at)
    if not due.exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        rows = list(due.order_by("due_at", "pk")[:BATCH])
        words = [secrets.token_urlsafe(32) for _row in rows]
        calls = [_question(row, word) for row, word in zip(rows, words, strict=True)]
        for row, word, outcome in zip(rows, words, call_all(calls), strict=True):
            _judge(row, word, outcome, at=at)
        return len(rows)


def _question(intent: Intent, word: str) -> Call:
    """WebSub 5.3: parameters are added to those that the callback has."""
    asked = {"hub.mode": intent.mode, "hub.topic": topics.address(intent.topic), "hub.challenge": word}
    if intent.mode == Mode.SUBSCRIBE:
        asked["hub.lease_seconds"] = str(intent.lease_seconds)
    joined = "&" if "?" in intent.callback else "?"
    return Call(f"{intent.callback}{joined}{urlencode(asked)}", method="GET")


def _judge(intent: Intent, word: str, outcome: Outcome, *, at: datetime) -> None:
    said = outcome.answer
    if outcome.accepted and said is not None and said.whole and said.body == word.encode():
        _grant(intent, at=at)
    elif said is None and intent.attempts + 1 < ATTEMPTS:
        later = at + PAUSE * 2**intent.attempts
        Intent.objects.filter(pk=intent.pk).update(attempts=F("attempts") + 1, due_at=later)
    else:
        Intent.objects.filter(pk=intent.pk).update(attempts=F("attempts") + 1, spent=True)
        logger.info("websub_not_confirmed", extra={"intent": intent.pk, "mode": intent.mode})


def _grant(intent: Intent, *, at: datetime) -> None:
    """Do what was asked for, unless a newer request of the same callback has come meanwhile."""
    with transaction.atomic():
        if not Intent.objects.filter(pk=intent.pk, spent=False).delete()[0]:
            return
        if intent.mode == Mode.UNSUBSCRIBE:
            Subscription.objects.filter(topic=intent.topic, callback=intent.callback).delete()
            return
        row, _new = Subscription.objects.update_or_create(
            topic=intent.topic,
            callback=intent.callback,
            defaults={
                "host": intent.host,
                "secret": intent.secret,
                "lease_until": at + timedelta(seconds=intent.lease_seconds),
                "confirmed_at": at,
                "attempts": 0,
            },
        )
        if row.wanted > row.delivered:  # what it missed while it was given up
            Subscription.objects.filter(pk=row.pk).update(due_at=at)


def forget(at: datetime) -> int:
    """Remove subscriptions whose lease ended and requests that no longer count. Run by the scheduler."""
    over = Subscription.objects.filter(lease_until__lte=at)
    old = Intent.objects.filter(spent=True, requested_at__lte=at - COUNTED_FOR)
    done = 0
    for rows in (over, old):
        if rows.exists():
            done += rows.delete()[0]
    return done
