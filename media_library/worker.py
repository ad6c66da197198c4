"""The process that does the work behind the site: outboxes at once, jobs one after another.

Rooms that keep something derived register a drain in their ``apps.ready``; a drain does what waits in its
outbox and returns how much that was. Drains run in one thread, so that a long film never holds up an index;
those that wait for other sites have one each, so that a silent site holds up nothing of ours;
what comes later (:mod:`media_library.processing.priority`) has one of its own, so that the ladder of a film
never holds up a picture.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from media_library.files.storage import work_folder
from media_library.models import Heartbeat
from media_library.processing import jobs, sandbox
from media_library.processing.priority import LATER, PROMPT

logger = logging.getLogger(__name__)

Drain = Callable[[datetime], int]
DRAIN_PAUSE = 0.1
"""Seconds between two looks into empty outboxes, a hundredth of a processor: changes are seen within 2 s."""
ERRAND_PAUSE = 0.5
JOB_PAUSE = 0.3
BEAT = 5.0
GRACE = 8.0
"""Seconds that a running job gets to end after SIGTERM; supervisors commonly wait ten."""

_drains: dict[str, Drain] = {}
_apart: set[str] = set()
_first: dict[str, Drain] = {}


def register(name: str, drain: Drain, *, apart: bool = False) -> None:
    """Let every worker call ``drain`` again and again; registering a name anew replaces it.

    ``apart``: it waits for other machines, so it gets a thread of its own.
    """
    _drains[name] = drain
    _apart.discard(name)
    if apart:
        _apart.add(name)


def register_first(name: str, look: Drain) -> None:
    """Let every worker call ``look`` once when it starts, beside its other work: what a stop may have left."""
    _first[name] = look


def drain_all(at: datetime, *, without: Collection[str] = ()) -> int:
    """Call every drain once; one that fails is logged and does not stop the others."""
    done = 0
    for name, drain in list(_drains.items()):
        if name in without:
            continue
        try:
            done += drain(at)
        except Exception:
            logger.exception("drain_failed", extra={"drain": name})
            connection.close()
    return done


def settle(*, at: datetime | None = None, rounds: int = 100, among: range | None = None) -> None:
    """Do all jobs and drains until nothing is left; for tests and commands, without a worker.

    ``among``: the priorities of the jobs to do, all without it.
    """
    for _round in range(rounds):
        moment = at or timezone.now()
        if not jobs.run_all_due(at=moment, among=among) + drain_all(moment):
            return


class Worker:
    """One worker process: a thread for drains, ``job_threads`` for jobs that somebody waits for, one for those
    of later, the caller's for signs of life.
    """

    def __init__(self, *, job_threads: int = 1) -> None:
        self.name = f"worker:{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.job_threads = job_threads

    def run(self) -> None:
        """Work until :meth:`stop`; jobs that do not end within the grace time go back to the queue."""
        sandbox.sweep(work_folder())
        threads = [threading.Thread(target=self._loop, args=(self._drain, DRAIN_PAUSE), daemon=True)]
        threads.append(threading.Thread(target=self._look_first, daemon=True))
        for drain in (drain for name, drain in _drains.items() if name in _apart):
            threads.append(
                threading.Thread(target=self._loop, args=(_Errand(drain), ERRAND_PAUSE), daemon=True)
            )
        for name, among in self._turns():
            turn = _Turn(name, among)
            threads.append(threading.Thread(target=self._loop, args=(turn, JOB_PAUSE), daemon=True))
        for thread in threads:
            thread.start()
        self._loop(self._live, min(BEAT, jobs.lease().total_seconds() / 3), always_pause=True)
        for thread in threads:
            thread.join(GRACE)
        self._leave()

    def _turns(self) -> list[tuple[str, range]]:
        """The name of each thread for jobs, and the priorities that it takes."""
        prompt = [(f"{self.name}:{number}", PROMPT) for number in range(self.job_threads)]
        return [*prompt, (f"{self.name}:later", LATER)]

    def stop(self, *_signal: Any) -> None:
        self.stopping.set()

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def _loop(self, step: Callable[[], Any], pause: float, *, always_pause: bool = False) -> None:
        """Call ``step`` until told to stop; rest when it had nothing to do, longer after an error."""
        while not self.stopping.is_set():
            rest = pause
            try:
                if step() and not always_pause:
                    rest = 0.0
            except Exception:
                logger.exception("worker_step_failed")
                connections.close_all()
                rest = max(1.0, pause)
            if rest:
                self.stopping.wait(rest)
        connections.close_all()

    def _look_first(self) -> None:
        for name, look in _first.items():
            try:
                look(timezone.now())
            except Exception:  # a room's own code: what it fails in stops neither the others nor the work
                logger.exception("worker_look_failed", extra={"look": name})
        connections.close_all()

    def _drain(self) -> int:
        return drain_all(timezone.now(), without=_apart)

    def _live(self) -> None:
        at = timezone.now()
        for name, _among in self._turns():
            jobs.renew(worker=name, at=at)
        jobs.reap(at)
        jobs.beat(name=self.name, at=at, detail={"pid": os.getpid(), "job_threads": self.job_threads})

    def _leave(self) -> None:
        for name, _among in self._turns():
            jobs.release(worker=name, at=timezone.now())
        Heartbeat.objects.filter(name=self.name).delete()
        connections.close_all()


class _Errand:
    """A drain that waits for other machines, for a thread that loops."""

    def __init__(self, drain: Drain) -> None:
        self.drain = drain

    def __call__(self) -> int:
        return self.drain(timezone.now())


class _Turn:
    """One job, for a thread that loops."""

    def __init__(self, worker: str, among: range) -> None:
        self.worker = worker
        self.among = among

    def __call__(self) -> bool:
        return jobs.run_next(worker=self.worker, at=timezone.now(), among=self.among)
