from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from media_library import publishing, scheduler
from media_library.models import Job, Resource
from media_library.processing import jobs
from tests.factories import make_embargoed, make_published, make_scheduled

pytestmark = [pytest.mark.usefixtures("data_folder"), pytest.mark.contract]


@pytest.fixture(autouse=True)
def alone_in_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other rooms do at a tick is theirs; some of it is due at the turn of a minute."""
    monkeypatch.setattr(scheduler, "_registered", {})


@pytest.mark.django_db
def test_a_tick_publishes_expires_and_releases_what_is_due() -> None:
    now = timezone.now()
    scheduled = make_scheduled()
    embargoed = make_embargoed()
    expiring = make_published(expire_at=now + timedelta(days=20))  # later than anyone is told of beforehand
    assert scheduler.tick(now) == 0
    assert scheduler.tick(now + timedelta(days=21)) == 3
    assert Resource.objects.get(pk=scheduled.pk).live
    assert Resource.objects.get(pk=embargoed.pk).embargo_released_at
    assert not Resource.objects.get(pk=expiring.pk).live
    assert scheduler.tick(now + timedelta(days=11)) == 0


@pytest.mark.django_db
def test_a_step_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(at: datetime) -> int:
        raise RuntimeError

    monkeypatch.setattr(publishing, "publish_due", failing)
    monkeypatch.setattr(scheduler.connections, "close_all", lambda: None)
    resource = make_published(expire_at=timezone.now() + timedelta(days=1))
    assert scheduler.tick(timezone.now() + timedelta(days=2)) == 1
    assert not Resource.objects.get(pk=resource.pk).live


@contextmanager
def a_scheduler_elsewhere() -> Iterator[None]:
    """It is at it with a connection of its own: a session of PostgreSQL gets its own lock twice."""
    at_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with scheduler.alone("scheduler") as got:
            if got:
                at_it.set()
            may_end.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert at_it.wait(30)
        yield
    finally:
        may_end.set()
        thread.join(30)


@pytest.mark.django_db
def test_only_one_scheduler_is_at_it(data_folder: Path) -> None:
    with a_scheduler_elsewhere(), scheduler.alone("scheduler") as second:
        assert not second
    with scheduler.alone("scheduler") as again:
        assert again


@pytest.mark.django_db
def test_a_second_scheduler_does_nothing(data_folder: Path) -> None:
    make_scheduled()
    later = timezone.now() + timedelta(days=9)
    with a_scheduler_elsewhere():
        assert scheduler.tick(later) == 0
    assert scheduler.tick(later) >= 1


@pytest.mark.django_db
def test_the_clean_up_is_ordered_once_a_day_and_runs() -> None:
    day = timezone.now()
    scheduler.tick(day)
    scheduler.tick(day + timedelta(seconds=1))
    assert Job.objects.filter(kind="collect_files").count() == 1
    scheduler.tick(day + timedelta(days=1))
    assert Job.objects.filter(kind="collect_files").count() == 2
    assert jobs.run_all_due(at=day + timedelta(days=1)) == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_stopped_scheduler_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    running = scheduler.Scheduler()
    ticks: list[Any] = []

    def once(at: datetime) -> int:
        ticks.append(at)
        running.stop()
        return 0

    monkeypatch.setattr(scheduler, "tick", once)
    monkeypatch.setattr(scheduler.connections, "close_all", lambda: None)
    running.run()
    assert len(ticks) == 1


@pytest.mark.django_db
def test_what_is_due_at_a_full_minute_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    running = scheduler.Scheduler()
    now = datetime(2026, 11, 27, 7, 59, 59, 250_000, tzinfo=UTC)
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        nonlocal now
        waited.append(seconds)
        now += timedelta(seconds=seconds)
        if len(waited) == 2:
            running.stop()
        return running.stopping.is_set()

    ticks: list[datetime] = []
    monkeypatch.setattr(scheduler, "tick", ticks.append)
    monkeypatch.setattr(scheduler.jobs, "beat", lambda **how: None)
    monkeypatch.setattr(scheduler.connections, "close_all", lambda: None)
    monkeypatch.setattr(scheduler.timezone, "now", lambda: now)
    monkeypatch.setattr(running.stopping, "wait", wait)
    running.run()
    assert waited == [0.75, 1.0]
    assert ticks[1] == datetime(2026, 11, 27, 8, tzinfo=UTC)
