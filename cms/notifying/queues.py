"""What is still to be told, for supervision: our own delay, which we can mend, apart from others' silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Min, Q

from cms.notifying.models import Intent, Notice, NoticeState, Subscription

PATIENCE = timedelta(minutes=5)
"""What is due for longer has not been tried: no worker is at it."""


class Followers(NamedTuple):
    """Subscriptions in all; those to be sent a feed, and those of them that failed before; those given up."""

    subscriptions: int
    waiting: int
    retried: int
    given_up: int


def followers() -> Followers:
    """One query."""
    return Followers(
        **Subscription.objects.aggregate(
            subscriptions=Count("pk"),
            waiting=Count("pk", filter=Q(due_at__isnull=False)),
            retried=Count("pk", filter=Q(due_at__isnull=False, attempts__gt=0)),
            given_up=Count("pk", filter=Q(due_at__isnull=True, wanted__gt=F("delivered"))),
        )
    )


def notices() -> dict[str, int]:
    """How many notices of withdrawals there are, by state; one query."""
    counted = dict(Notice.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in NoticeState.values}


def untried(at: datetime) -> timedelta:
    """How long the oldest notice of a withdrawal has been due without an attempt; zero where none is.

    What followers are owed is left aside: anybody can follow, and be silent, and must not make us look unready.
    """
    due = Notice.objects.open().aggregate(due=Min("due_at"))["due"]
    return max(timedelta(), at - due) if due else timedelta()


def owed(at: datetime) -> timedelta:
    """How long the oldest feed or question to a follower has been due; zero where none is."""
    dues = (
        Subscription.objects.filter(lease_until__gt=at).aggregate(due=Min("due_at"))["due"],
        Intent.objects.filter(spent=False).aggregate(due=Min("due_at"))["due"],
    )
    return max([timedelta(), *(at - due for due in dues if due is not None)])
