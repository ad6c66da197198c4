from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from media_library.models import Job, JobState
from media_library.processing import jobs, priority
from media_library.processing.jobs import Claim, Hopeless, LeaseLost

pytestmark = pytest.mark.contract
NOW = timezone.now


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A kind ``note`` whose handler notes the keys it did; the registry is as before afterwards."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    monkeypatch.setattr(jobs, "_farewells", dict(jobs._farewells))
    monkeypatch.setattr(jobs, "_welcomes", dict(jobs._welcomes))
    done: list[str] = []

    @jobs.handles(
        "note",
        given_up=lambda job, error: done.append(f"given up {job.key}: {error}"),
        tried_again=lambda job: done.append(f"again {job.key}"),
    )
    def note(claim: Claim, at: Any) -> None:
        if claim.payload.get("fail"):
            raise RuntimeError("boom")
        if claim.payload.get("hopeless"):
            raise Hopeless("never")
        with claim.commit():
            done.append(claim.key)

    return done


def enqueue(key: str = "a", **payload: Any) -> Job:
    return jobs.enqueue(kind="note", key=key, payload=payload, at=NOW(), max_attempts=3)


@pytest.mark.django_db
def test_the_same_work_is_put_in_the_queue_once(handled: list[str]) -> None:
    enqueue()
    enqueue()
    assert jobs.run_all_due() == 1
    enqueue()
    assert jobs.run_all_due() == 0
    assert handled == ["a"]


@pytest.mark.django_db
def test_what_has_waited_longest_is_done_first(handled: list[str]) -> None:
    at = NOW()
    jobs.enqueue(kind="note", key="late", payload={}, at=at)
    jobs.enqueue(kind="note", key="early", payload={}, at=at - timedelta(hours=1))
    jobs.enqueue(kind="note", key="not yet", payload={}, at=at + timedelta(hours=1))
    jobs.run_all_due(at=at)
    assert handled == ["early", "late"]


@pytest.mark.django_db
def test_what_presses_most_is_done_first_and_of_that_the_small(handled: list[str]) -> None:
    at = NOW()
    for key, level in (
        ("ladder", priority.for_size(priority.AFTERWARDS, 1)),
        ("long film", priority.for_size(priority.FIRST, 1 << 30)),
        ("clean up", priority.ORDINARY),
        ("captions", priority.for_size(priority.FIRST, 2_000)),
        ("picture", priority.for_size(priority.FIRST, 3_000_000)),
    ):
        jobs.enqueue(kind="note", key=key, payload={}, at=at, priority=level)
    jobs.run_all_due(at=at, among=priority.PROMPT)
    assert handled == ["captions", "picture", "long film", "clean up"]
    jobs.run_all_due(at=at, among=priority.LATER)
    assert handled[-1] == "ladder"


@pytest.mark.parametrize("size", [0, 1, 65_535, 1 << 20, 1 << 32, 1 << 40])
def test_no_size_leaves_its_rank(size: int) -> None:
    assert priority.FIRST <= priority.for_size(priority.FIRST, size) < priority.FIRST + 10


@pytest.mark.django_db
def test_a_job_that_waits_is_stopped_and_can_be_ordered_again(handled: list[str]) -> None:
    enqueue()
    assert jobs.cancel(key="a", at=NOW())
    assert not jobs.cancel(key="a", at=NOW())
    assert jobs.run_all_due() == 0
    assert handled == ["given up a: stopped"]
    assert jobs.retry(key="a", at=NOW())
    assert handled == ["given up a: stopped", "again a"]
    jobs.run_all_due()
    assert handled[-1] == "a"
    assert not jobs.cancel(key="a", at=NOW())


@pytest.mark.django_db
def test_a_job_that_is_stopped_while_it_runs_learns_it_and_commits_nothing(handled: list[str]) -> None:
    enqueue()
    claimed = jobs.claim(worker="w", at=NOW())
    assert claimed
    claimed.progress(0.2)
    assert jobs.cancel(key="a", at=NOW())
    with pytest.raises(LeaseLost):
        claimed.progress(0.3)
    with pytest.raises(LeaseLost), claimed.commit():
        handled.append("made all the same")
    job = Job.objects.get()
    assert (job.state, job.error, job.lease_until) == (JobState.CANCELLED, "stopped", None)
    assert handled == ["given up a: stopped"]


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_given_up_in_the_end(handled: list[str]) -> None:
    job, at = enqueue(fail=1), NOW()
    pauses = []
    for _attempt in range(3):
        assert jobs.run_next(worker="w", at=at)
        assert not jobs.run_next(worker="w", at=at)
        job.refresh_from_db()
        pauses.append(job.run_at - at)
        at = max(at, job.run_at)
    assert job.state == JobState.FAILED
    assert job.attempts == 3
    assert "boom" in job.error
    assert handled == ["given up a: RuntimeError: boom"]
    assert min(pauses[:2]) > timedelta(seconds=4)
    assert jobs.pause_after(1) < jobs.pause_after(2)


@pytest.mark.django_db
def test_what_is_hopeless_is_given_up_at_once_and_can_be_ordered_again(handled: list[str]) -> None:
    job = enqueue(hopeless=1)
    assert jobs.run_all_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    Job.objects.update(payload={})
    assert jobs.retry(key="a", at=NOW())
    assert not jobs.retry(key="a", at=NOW())
    jobs.run_all_due()
    assert handled[-1] == "a"


@pytest.mark.django_db
def test_a_job_whose_worker_fell_silent_is_done_by_another(handled: list[str]) -> None:
    enqueue()
    silent = jobs.claim(worker="silent", at=NOW())
    assert silent
    assert jobs.reap(NOW()) == 0
    assert jobs.reap(NOW() + jobs.lease() + timedelta(seconds=1)) == 1
    assert jobs.run_all_due(at=NOW() + timedelta(minutes=5)) == 1
    assert handled == ["a"]
    with pytest.raises(LeaseLost), silent.commit():
        handled.append("twice")
    assert handled == ["a"]


@pytest.mark.django_db
def test_a_worker_that_lives_keeps_its_job(handled: list[str]) -> None:
    enqueue()
    claimed = jobs.claim(worker="w", at=NOW())
    later = NOW() + jobs.lease() * 3
    assert jobs.renew(worker="w", at=later) == 1
    assert jobs.reap(later) == 0
    assert claimed
    claimed.progress(0.5)
    assert Job.objects.get().progress == 0.5


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_is_given_up(handled: list[str]) -> None:
    enqueue()
    at = NOW()
    for _life in range(3):
        assert jobs.claim(worker="w", at=at)
        at += timedelta(hours=1)
        assert jobs.reap(at) == 1
    assert Job.objects.get().state == JobState.FAILED
    assert handled == ["given up a: worker silent"]


@pytest.mark.django_db
def test_a_worker_that_stops_gives_its_job_back_and_the_attempt_does_not_count(handled: list[str]) -> None:
    enqueue()
    assert jobs.claim(worker="w", at=NOW())
    assert jobs.release(worker="w", at=NOW()) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts, job.lease_until) == (JobState.QUEUED, 0, None)


@pytest.mark.django_db
def test_what_fails_within_the_commit_leaves_neither_work_nor_end(handled: list[str]) -> None:
    enqueue()
    claimed = jobs.claim(worker="w", at=NOW())
    assert claimed

    def fail_in_commit() -> None:
        with transaction.atomic(), claimed.commit():
            jobs.enqueue(kind="note", key="made", payload={}, at=NOW())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_commit()
    assert Job.objects.get(key="a").state == JobState.RUNNING
    assert not Job.objects.filter(key="made").exists()


@pytest.mark.django_db(transaction=True)
def test_several_workers_never_do_the_same_job_twice(handled: list[str]) -> None:
    for number in range(40):
        enqueue(f"job {number}")

    def work(name: str) -> None:
        try:
            while jobs.run_next(worker=name, at=NOW()):
                pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while jobs.run_next(worker="rest", at=NOW()):
        pass
    assert sorted(handled) == sorted(f"job {number}" for number in range(40))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
