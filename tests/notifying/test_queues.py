"""Supervision hears of what we are late with, and not of others' silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.notifying import queues
from cms.notifying.models import Notice, Purge, Subscriber, Subscription
from cms.operations import figures, readiness
from media_library import publishing
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    Subscriber.objects.create(name="Báo tỉnh", url="https://a.example/", contact="a@example.org")
    publishing.withdraw(resource=make.make_published(), by=make.make_lead(), reason="Sai.", at=timezone.now())
    return Notice.objects.get()


def test_what_nobody_tries_is_not_ready_and_what_is_planned_is(notice: Notice) -> None:
    at = notice.withdrawn_at + timedelta(minutes=6)
    with pytest.raises(readiness.NotReady, match="360 s"):
        readiness.notices(at)
    Notice.objects.update(due_at=at + timedelta(hours=1), failures=7, problem="silent")
    assert readiness.notices(at) == "0 purges waiting"


def test_who_follows_and_is_silent_does_not_make_us_unready(notice: Notice) -> None:
    Notice.objects.all().delete()
    at = timezone.now()
    Subscription.objects.create(
        topic="/feeds/a/s/feed.json",
        callback="https://a.example/",
        host="a.example",
        lease_until=at + timedelta(days=1),
        confirmed_at=at,
        due_at=at - timedelta(hours=1),
    )
    assert readiness.notices(at) and queues.owed(at) == timedelta(hours=1)


def test_a_cache_that_does_not_forget_is_told(notice: Notice) -> None:
    Notice.objects.all().delete()
    Purge.objects.create(path="/feeds/a/s/feed.json", attempts=3)
    assert readiness.notices(timezone.now()) == "1 purges waiting"
    with pytest.raises(readiness.NotReady, match="1 purges"):
        readiness.notices(timezone.now() + timedelta(minutes=11))


def test_each_queue_has_figures(notice: Notice, django_assert_num_queries: Any) -> None:
    at = timezone.now()
    for number, fields in enumerate(
        ({}, {"wanted": 1, "due_at": at, "attempts": 2}, {"wanted": 2, "delivered": 1, "attempts": 8})
    ):
        Subscription.objects.create(
            topic=f"/feeds/a/s/{number}",
            callback="https://a.example/",
            host="a.example",
            lease_until=at + timedelta(days=1),
            confirmed_at=at,
            **fields,
        )
    assert queues.followers() == (3, 1, 1, 1)
    with django_assert_num_queries(6):
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for metric in figures.notices(at)
            for sample in metric.samples
        }
    assert found["kho57_takedown_notices", "waiting"] == 1
    assert found["kho57_takedown_notices", "confirmed"] == 0
    assert found["kho57_websub_deliveries", "given_up"] == 1
    assert found["kho57_websub_subscriptions",] == 3
