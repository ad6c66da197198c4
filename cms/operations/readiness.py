"""Is every part there that the site needs? One check each, by name, telling no more than that."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms.notifying import purging, queues
from media_library.models import Heartbeat

SILENCE = timedelta(seconds=30)
"""A worker and the scheduler give a sign of life every 5 s; after six missed ones they count as gone."""
CACHE_PATIENCE = timedelta(minutes=10)
"""After it a cache may give out for long what was taken back."""
log = structlog.get_logger(__name__)


class NotReady(Exception):
    """A part does not work; its message is shown and holds nothing secret."""


@dataclass(frozen=True)
class Part:
    name: str
    ready: bool
    message: str


def database(at: datetime) -> str:
    """Answers, and has every migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("migrations are missing: run manage.py migrate")
    return connection.vendor


def storage(at: datetime) -> str:
    """The private storage takes bytes, gives them back and forgets them."""
    place, sent = storages["private"], secrets.token_bytes(16)
    name = place.save(f"readiness/{secrets.token_hex(8)}", ContentFile(sent))
    try:
        with place.open(name) as file:
            if file.read() != sent:
                raise NotReady("what is read is not what was written")
    finally:
        place.delete(name)
    return "writes and reads"


def search(at: datetime) -> str:
    """The engine answers, with an index of today's form, and is not far behind.

    A site whose engine is away still finds with the embedded one, so its name stands in the message.
    """
    from search import engines, indexing

    engine, simpler = engines.engine(), engines.simpler()
    behind = indexing.lag(at)
    if behind > timedelta(minutes=2):
        raise NotReady(f"the index is {int(behind.total_seconds())} s behind")
    if problem := engine.problem():
        instead = f"; {simpler.name} answers instead" if simpler else ""
        raise NotReady(f"{engine.name}: {problem}{instead}")
    return engine.name


def worker(at: datetime) -> str:
    return _alive("worker:", at)


def scheduler(at: datetime) -> str:
    return _alive("scheduler", at)


def _alive(prefix: str, at: datetime) -> str:
    count = Heartbeat.objects.filter(name__startswith=prefix, at__gte=at - SILENCE).count()
    if not count:
        raise NotReady(f"no sign of life for {int(SILENCE.total_seconds())} s")
    return f"{count} alive"


def notices(at: datetime) -> str:
    """Caches and other systems are told in time; that one of those is silent is its own affair."""
    late = queues.untried(at)
    if late > queues.PATIENCE:
        raise NotReady(f"notices are due for {int(late.total_seconds())} s and were not tried")
    caches = purging.queue()
    if caches.oldest and at - caches.oldest > CACHE_PATIENCE:
        waited = int((at - caches.oldest).total_seconds())
        raise NotReady(f"the cache in front has not taken {caches.waiting} purges, the oldest for {waited} s")
    return f"{caches.waiting} purges waiting"


CHECKS: dict[str, Callable[[datetime], str]] = {
    "database": database,
    "storage": storage,
    "search": search,
    "worker": worker,
    "scheduler": scheduler,
    "notices": notices,
}


def examine(at: datetime) -> list[Part]:
    """Every part in its order; one that fails does not hide the others."""
    return [_examine(name, check, at) for name, check in CHECKS.items()]


def _examine(name: str, check: Callable[[datetime], str], at: datetime) -> Part:
    try:
        return Part(name=name, ready=True, message=check(at))
    except NotReady as problem:
        return Part(name=name, ready=False, message=str(problem))
    except Exception as problem:
        # The text of a driver's error may hold an address or an account: it goes to the journal only.
        log.exception("readiness_check_failed", part=name)
        return Part(name=name, ready=False, message=f"failed: {type(problem).__name__}")
