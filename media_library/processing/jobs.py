"""Work that outlives its worker: every job is done once, whoever dies on the way.

A worker takes a job for the time of a lease and renews it while it works. What the job makes is committed in
one transaction with its end (:meth:`Claim.commit`), and only while the lease is still its own; a lease that
ran out puts the job back. A handler may therefore begin the same work several times, and ends it once. A job
that is stopped (:func:`cancel`) is nobody's any more: its handler learns it at its next sign of life.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from media_library.models import Heartbeat, Job, JobState
from media_library.processing.priority import AFTERWARDS, ORDINARY

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


STOPPED = "stopped"
"""The reason that is kept with a job that a person stopped."""


class LeaseLost(Exception):
    """Another worker has the job now, or it was stopped; what was made here must be dropped."""


class Hopeless(Exception):
    """Trying again would end the same way; the message is kept with the job."""


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker, for one attempt."""

    pk: int
    kind: str
    key: str
    payload: dict[str, int | str]
    worker: str
    attempt: int
    last: bool
    """No attempt follows this one."""

    @contextlib.contextmanager
    def commit(self) -> Iterator[None]:
        """A transaction that ends the job together with what is written in it. Raises :class:`LeaseLost`."""
        with transaction.atomic():
            self._hold()
            yield
            self._mine().update(
                state=JobState.DONE, progress=1, error="", lease_until=None, finished_at=timezone.now()
            )

    def progress(self, share: float) -> None:
        """Say how far it is, 0 to 1; also renews the lease. Raises :class:`LeaseLost`."""
        share = min(1.0, max(0.0, share))
        if not self._mine().update(progress=share, lease_until=timezone.now() + lease()):
            raise LeaseLost(self.key)

    def _hold(self) -> None:
        if self._mine().select_for_update().first() is None:
            raise LeaseLost(self.key)

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(
            pk=self.pk, state=JobState.RUNNING, worker=self.worker, attempts=self.attempt
        )


Handler = Callable[[Claim, datetime], None]
Farewell = Callable[[Job, str], None]
Welcome = Callable[[Job], None]
_handlers: dict[str, Handler] = {}
_farewells: dict[str, Farewell] = {}
_welcomes: dict[str, Welcome] = {}


def handles(
    kind: str, *, given_up: Farewell | None = None, tried_again: Welcome | None = None
) -> Callable[[Handler], Handler]:
    """Decorator: this function does jobs of ``kind``. It must end by :meth:`Claim.commit`.

    ``given_up`` is called with the job and the reason, inside the transaction that gives the job up or stops
    it; ``tried_again`` inside the one that puts it back in the queue.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if given_up is not None:
            _farewells[kind] = given_up
        if tried_again is not None:
            _welcomes[kind] = tried_again
        return handler

    return register


def lease() -> timedelta:
    """How long a job may go without a sign of life of its worker (``JOB_LEASE_SECONDS``)."""
    return timedelta(seconds=getattr(settings, "JOB_LEASE_SECONDS", 30))


def enqueue(
    *,
    kind: str,
    key: str,
    payload: dict[str, int | str],
    at: datetime,
    max_attempts: int = 5,
    priority: int = ORDINARY,
) -> Job:
    """Put work in the queue, once for each ``key``; inside the transaction of the change that needs it."""
    defaults = {
        "kind": kind,
        "payload": payload,
        "priority": priority,
        "run_at": at,
        "created_at": at,
        "max_attempts": max_attempts,
    }
    return Job.objects.get_or_create(key=key, defaults=defaults)[0]


def retry(*, key: str, at: datetime) -> bool:
    """Give a job that failed or was stopped a new set of attempts; False where it did neither."""
    with transaction.atomic():
        ended = Q(state=JobState.FAILED) | Q(state=JobState.CANCELLED)
        job = Job.objects.select_for_update().filter(ended, key=key).first()
        if job is None:
            return False
        job.state, job.attempts, job.error, job.progress = JobState.QUEUED, 0, "", 0
        job.run_at, job.finished_at = at, None
        job.save(update_fields=["state", "attempts", "error", "progress", "run_at", "finished_at"])
        if welcome := _welcomes.get(job.kind):
            welcome(job)
    return True


def cancel(*, key: str, at: datetime) -> bool:
    """Stop a job that waits or runs; False where it does neither. What it was making is dropped."""
    with transaction.atomic():
        alive = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING)
        job = Job.objects.select_for_update().filter(alive, key=key).first()
        if job is None:
            return False
        _end(job, state=JobState.CANCELLED, error=STOPPED, at=at)
    return True


def claim(*, worker: str, at: datetime, among: range | None = None) -> Claim | None:
    """Take the most pressing job, of those the one that has waited longest, or None.

    No two workers ever take the same. ``among``: the priorities to choose from, all without it.
    """
    due = Job.objects.filter(state=JobState.QUEUED, run_at__lte=at).order_by("priority", "run_at", "pk")
    if among is not None:
        due = due.filter(priority__gte=among.start, priority__lt=among.stop)
    if not due.exists():  # without a transaction: an idle worker takes no lock of SQLite's
        return None
    with transaction.atomic():
        row = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
        if row is None:
            return None
        row.state, row.worker, row.progress = JobState.RUNNING, worker, 0
        row.attempts += 1
        row.lease_until = max(at, timezone.now()) + lease()
        row.save(update_fields=["state", "worker", "progress", "attempts", "lease_until"])
        return Claim(
            pk=row.pk,
            kind=row.kind,
            key=row.key,
            payload=row.payload,
            worker=worker,
            attempt=row.attempts,
            last=row.attempts >= row.max_attempts,
        )


def run_next(*, worker: str, at: datetime, among: range | None = None) -> bool:
    """Do one job, if one is due; returns whether there was one. Never raises for what a job does."""
    claimed = claim(worker=worker, at=at, among=among)
    if claimed is None:
        return False
    try:
        _handlers[claimed.kind](claimed, at)
    except LeaseLost:
        logger.warning("job_lease_lost", extra={"job": claimed.key})
    except Hopeless as reason:
        _fail(claimed, error=str(reason), again=None)
    except Exception as error:
        logger.exception("job_failed", extra={"job": claimed.key, "attempt": claimed.attempt})
        _fail(claimed, error=f"{type(error).__name__}: {error}", again=pause_after(claimed.attempt))
    return True


def run_all_due(
    *,
    at: datetime | None = None,
    worker: str = "inline",
    limit: int = 10_000,
    among: range | None = None,
) -> int:
    """Do everything that is due, here and now; for tests and commands. Returns how many attempts it took."""
    done = 0
    while done < limit and run_next(worker=worker, at=at or timezone.now(), among=among):
        done += 1
    return done


def pause_after(attempt: int) -> timedelta:
    """How long to wait before the next attempt: 5 s, then doubled each time, at most ten minutes."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * int(2 ** max(0, attempt - 1)))


def _fail(claimed: Claim, *, error: str, again: timedelta | None) -> None:
    now = timezone.now()
    with transaction.atomic():
        job = claimed._mine().select_for_update().first()
        if job is None:
            return
        if again is None or claimed.last:
            _give_up(job, error=error, at=now)
        else:
            job.state, job.run_at = JobState.QUEUED, now + again
            job.lease_until, job.error = None, error[:2000]
            job.save(update_fields=["state", "run_at", "lease_until", "error"])


def _give_up(job: Job, *, error: str, at: datetime) -> None:
    _end(job, state=JobState.FAILED, error=error, at=at)


def _end(job: Job, *, state: JobState, error: str, at: datetime) -> None:
    job.state, job.lease_until, job.finished_at, job.error = state, None, at, error[:2000]
    job.save(update_fields=["state", "lease_until", "finished_at", "error"])
    if farewell := _farewells.get(job.kind):
        farewell(job, error)


def renew(*, worker: str, at: datetime) -> int:
    """Renew the leases of everything ``worker`` is at; returns how many."""
    return Job.objects.filter(state=JobState.RUNNING, worker=worker).update(lease_until=at + lease())


def release(*, worker: str, at: datetime) -> int:
    """Give back what ``worker`` is at, because it is stopped; the attempt does not count."""
    mine = Job.objects.filter(state=JobState.RUNNING, worker=worker)
    return mine.update(state=JobState.QUEUED, attempts=F("attempts") - 1, lease_until=None, run_at=at)


def reap(at: datetime) -> int:
    """Put back the jobs whose worker fell silent, give up those without an attempt left; returns how many."""
    with transaction.atomic():
        silent = Job.objects.select_for_update().filter(state=JobState.RUNNING, lease_until__lt=at)
        jobs = list(silent[:1000])
        for job in jobs:
            if job.attempts >= job.max_attempts:
                _give_up(job, error="worker silent", at=at)
            else:
                job.state, job.lease_until, job.run_at = JobState.QUEUED, None, at
                job.save(update_fields=["state", "lease_until", "run_at"])
    return len(jobs)


class Load(NamedTuple):
    """Jobs that are not done. ``due_since``: when the one became due that has waited longest, of those that
    somebody waits for: a ladder may be due for hours.
    """

    waiting: int
    running: int
    failed: int
    due_since: datetime | None


def load() -> Load:
    """One query, along the index of states."""
    queued, running, failed = (Q(state=one) for one in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED))
    return Load(
        **Job.objects.filter(queued | running | failed).aggregate(
            waiting=Count("pk", filter=queued),
            running=Count("pk", filter=running),
            failed=Count("pk", filter=failed),
            due_since=Min("run_at", filter=queued & Q(priority__lt=AFTERWARDS)),
        )
    )


def beat(*, name: str, at: datetime, detail: dict[str, int | str] | None = None) -> None:
    """Say that the process ``name`` lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "detail": detail or {}})
