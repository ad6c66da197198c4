"""What happens because time has passed: publication, expiry, ends of embargoes and uploads, reaping, clean-up."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from media_library import collector, publishing
from media_library.intake import upload_expiry
from media_library.models import Heartbeat
from media_library.processing import jobs

logger = logging.getLogger(__name__)

TICK = 1.0
"""Seconds. Ticks come as each begins: people choose full minutes, and what is due then is done then."""
BEAT_EVERY = timedelta(seconds=5)
NAME = "scheduler"
FORGET_AFTER = timedelta(days=1)

Step = Callable[[datetime], int]
_registered: dict[str, Step] = {}


def register(name: str, step: Step) -> None:
    """Let every tick call ``step`` with its time; registering a name anew replaces it. For other rooms."""
    _registered[name] = step


@contextlib.contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether this process is the only one in the block of this name; it never waits.

    PostgreSQL: an advisory lock of the session (not through a pooler that shares sessions). SQLite: a lock on
    a file beside the database. Both are released by the death of the process.
    """
    if connection.vendor == "postgresql":
        yield from _advisory(zlib.crc32(name.encode()))
    else:
        yield from _file_lock(Path(settings.DATA_DIR) / f"{name}.lock")


def _advisory(key: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (got,) = cursor.fetchone()
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _file_lock(path: Path) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def tick(at: datetime) -> int:
    """Do all that is due at ``at``, unless another scheduler is at it; returns how much that was."""
    with alone(NAME) as got:
        if not got:
            return 0
        steps = (
            publishing.publish_due,
            publishing.expire_due,
            publishing.release_embargoes,
            jobs.reap,
            upload_expiry.expire_due,
        )
        done = sum(_safely(step, at) for step in (*steps, *_registered.values()))
        _safely(_order_clean_up, at)
        return done


def _safely(step: Callable[[datetime], int], at: datetime) -> int:
    try:
        return step(at)
    except Exception:
        logger.exception("scheduler_step_failed", extra={"step": step.__name__})
        connections.close_all()
        return 0


def _order_clean_up(at: datetime) -> int:
    """One collector job a day, at the first tick of the day."""
    day = timezone.localdate(at).isoformat()
    key = f"{collector.COLLECT}:{day}"
    jobs.enqueue(kind=collector.COLLECT, key=key, payload={}, at=at, max_attempts=2)
    return 0


def until_next(at: datetime) -> float:
    """How long from ``at`` until the next second begins, in seconds."""
    return TICK - at.microsecond / 1_000_000


class Scheduler:
    def __init__(self) -> None:
        self.stopping = threading.Event()

    def stop(self, *_signal: Any) -> None:
        self.stopping.set()

    def run(self) -> None:
        """Tick at each full second until :meth:`stop`."""
        last_beat: datetime | None = None
        while not self.stopping.is_set():
            at = timezone.now()
            try:
                tick(at)
                if last_beat is None or at - last_beat >= BEAT_EVERY:
                    jobs.beat(name=NAME, at=at)
                    Heartbeat.objects.filter(at__lt=at - FORGET_AFTER).delete()
                    last_beat = at
            except Exception:
                logger.exception("scheduler_tick_failed")
                connections.close_all()
            self.stopping.wait(until_next(timezone.now()))
        connections.close_all()
