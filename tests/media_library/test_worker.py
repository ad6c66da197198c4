from __future__ import annotations

import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from media_library import worker
from media_library.models import Heartbeat, Job, JobState
from media_library.processing import jobs
from media_library.processing.jobs import Claim
from media_library.worker import Worker

pytestmark = pytest.mark.contract


@pytest.fixture
def drains(monkeypatch: pytest.MonkeyPatch) -> dict[str, worker.Drain]:
    """The registry, empty for the test."""
    registered: dict[str, worker.Drain] = {}
    monkeypatch.setattr(worker, "_drains", registered)
    return registered


class Running:
    """A worker in a thread of the test's process."""

    def __init__(self, **options: Any) -> None:
        self.worker = Worker(**options)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.worker.run()
        finally:
            connections.close_all()

    def __enter__(self) -> Worker:
        self.thread.start()
        return self.worker

    def __exit__(self, *_error: Any) -> None:
        self.worker.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()


def wait_for(condition: Any, seconds: float = 10) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds
        time.sleep(0.01)
    return time.monotonic() - started


@pytest.mark.django_db
def test_a_drain_that_fails_does_not_stop_the_others(drains: dict[str, worker.Drain]) -> None:
    done: list[datetime] = []

    def failing(at: datetime) -> int:
        raise RuntimeError("index away")

    def working(at: datetime) -> int:
        done.append(at)
        return 3

    worker.register("a", failing)
    worker.register("b", working)
    at = timezone.now()
    assert worker.drain_all(at) == 3
    assert done == [at]


@pytest.mark.django_db
def test_settle_goes_on_until_jobs_and_drains_have_nothing_left(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [2]
    monkeypatch.setattr(jobs, "_handlers", {"note": _finish})

    def drain(at: datetime) -> int:
        if not left[0]:
            return 0
        left[0] -= 1
        jobs.enqueue(kind="note", key=f"n{left[0]}", payload={}, at=at)
        return 1

    worker.register("a", drain)
    worker.settle()
    assert Job.objects.count() == 2
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def _finish(claim: Claim, at: datetime) -> None:
    with claim.commit():
        pass


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_empties_outboxes_at_once_beside_a_long_job_and_says_that_it_lives(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    outbox: list[str] = []
    job_ends = threading.Event()

    def long_job(claim: Claim, at: datetime) -> None:
        job_ends.wait(10)
        _finish(claim, at)

    monkeypatch.setattr(jobs, "_handlers", {"long": long_job})
    worker.register("a", lambda at: len([outbox.pop() for _entry in list(outbox)]))
    jobs.enqueue(kind="long", key="l", payload={}, at=timezone.now())
    with Running() as running:
        wait_for(lambda: Job.objects.filter(state=JobState.RUNNING).exists())
        outbox.append("change")
        assert wait_for(lambda: not outbox) < 2.0
        wait_for(lambda: Heartbeat.objects.filter(name=running.name).exists())
        assert running.name.endswith(f":{os.getpid()}")
        job_ends.set()
        wait_for(lambda: Job.objects.filter(state=JobState.DONE).exists())
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_stopped_gives_back_what_it_cannot_end(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    release = threading.Event()

    def endless(claim: Claim, at: datetime) -> None:
        release.wait(20)

    monkeypatch.setattr(jobs, "_handlers", {"endless": endless})
    monkeypatch.setattr(worker, "GRACE", 0.2)
    jobs.enqueue(kind="endless", key="e", payload={}, at=timezone.now())
    with Running():
        wait_for(lambda: Job.objects.filter(state=JobState.RUNNING).exists())
    job = Job.objects.get()
    release.set()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_step_that_fails(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.setattr(jobs, "_handlers", {"note": _finish})
    real, failures = jobs.run_next, [2]

    def sometimes(**options: Any) -> bool:
        if failures[0]:
            failures[0] -= 1
            raise RuntimeError("database away")
        return real(**options)

    monkeypatch.setattr(jobs, "run_next", sometimes)
    jobs.enqueue(kind="note", key="n", payload={}, at=timezone.now())
    with Running():
        wait_for(lambda: Job.objects.filter(state=JobState.DONE).exists())


@pytest.mark.django_db(transaction=True)
def test_a_starting_worker_clears_the_folders_of_dead_ones(
    drains: dict[str, worker.Drain], data_folder: Path
) -> None:
    left = data_folder / "work" / "work-left"
    left.mkdir(parents=True)
    (left / ".lock").touch()
    with Running():
        wait_for(lambda: not left.exists())


@pytest.mark.django_db(transaction=True)
def test_a_drain_that_waits_for_others_holds_up_no_outbox(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.setattr(worker, "_apart", set())
    released, emptied = threading.Event(), threading.Event()

    def silent_site(at: datetime) -> int:
        released.wait(20)
        return 0

    def outbox(at: datetime) -> int:
        emptied.set()
        return 0

    worker.register("site", silent_site, apart=True)
    worker.register("outbox", outbox)
    try:
        with Running():
            assert emptied.wait(10), "the outbox waited for another site"
            released.set()
    finally:
        released.set()
    assert set(drains) == {"site", "outbox"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_looks_once_at_what_a_stop_may_have_left_and_a_look_that_fails_stops_nothing(
    drains: dict[str, worker.Drain], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []
    drained = threading.Event()

    def failing(at: datetime) -> int:
        looks.append(at)
        raise OSError("unreadable")

    monkeypatch.setattr(worker, "_first", {"failing": failing, "other": lambda at: looks.append(at) or 0})
    drains["any"] = lambda at: drained.set() or 0
    with Running():
        assert drained.wait(10)
        wait_for(lambda: len(looks) == 2)
    assert len(looks) == 2
