"""The figures of ``/metrics``, read when they are asked for, in Prometheus' text format 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/. The tables are what all processes share, so
whichever of them answers gives the same figures; what a process knows by itself has its number as a label.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache

import structlog
from django.conf import settings
from django.db.models import Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cms.newsroom.letters import outbox as outbox_of_letters
from cms.notifying import purging, queues
from cms.operations import readiness
from cms.sections import due
from media_library.models import Rendition, Resource, StoredFile
from media_library.processing import jobs
from search import engines, fusion, indexing
from search.engines.contract import Guarded

SELDOM = timedelta(minutes=5)
Part = Callable[[datetime], Iterable[Metric]]
log = structlog.get_logger(__name__)


def text(at: datetime) -> bytes:
    """Every figure as of ``at``; a part that cannot be read is left out and named."""
    registry = CollectorRegistry()
    registry.register(Figures(at))
    return generate_latest(registry)


class Figures(Collector):
    """Goes through :data:`PARTS`; one that fails does not hide the others."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        ok = {}
        for name, part in PARTS.items():
            found = self._read(name, part)
            ok[name] = found is not None
            yield from found or ()
        said = "1 where these figures could be read, 0 where they are missing."
        yield _gauges("collector_ok", said, ok, by="part")

    def _read(self, name: str, part: Part) -> list[Metric] | None:
        try:
            return list(part(self.at))
        except Exception:
            # Whatever is wrong with one part, the others are most wanted then. The text of a driver's error
            # may hold an address or an account: it goes to the journal only.
            log.exception("figures_failed", part=name)
            return None


class Seldom:
    """A part that is read at most once in :data:`SELDOM`, because it goes through whole tables.

    A clock that was set back does not keep it waiting.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._read: tuple[datetime, list[Metric]] | None = None

    def __call__(self, at: datetime) -> list[Metric]:
        if self._read is None or not timedelta() <= at - self._read[0] < SELDOM:
            self._read = (at, list(self._part(at)))
        return self._read[1]

    def forget(self) -> None:
        self._read = None


def outbox(at: datetime) -> Iterator[Metric]:
    queues = indexing.queues()
    told = (
        ("search_outbox_waiting", "Changes that an index has yet to take in.", lambda one: one.waiting),
        (
            "search_outbox_oldest_age_seconds",
            "Age of the oldest change that an index has yet to take in.",
            lambda one: _age(one.oldest, at),
        ),
        ("search_outbox_dead", "Changes that failed for good; the admin names them.", lambda one: one.dead),
        (
            "search_index_lag_seconds",
            "Age of the oldest change that an index has not heard of, those that failed for good too.",
            lambda one: _age(one.unheard, at),
        ),
    )
    for name, said, value in told:
        yield _gauges(name, said, {one.engine: value(one) for one in queues}, by="index")


def work(at: datetime) -> Iterator[Metric]:
    load = jobs.load()
    states = {"waiting": load.waiting, "running": load.running, "failed": load.failed}
    yield _gauges("jobs", "Jobs that are not done, by state.", states, by="state")
    yield _gauge(
        "jobs_oldest_waiting_age_seconds",
        "Seconds since the job that has waited longest for a worker became due.",
        _age(load.due_since, at),
    )


def sections(at: datetime) -> Iterator[Metric]:
    queue = due.queue()
    yield _gauge("section_renders_waiting", "Renderings of sections that are asked for.", queue.waiting)
    yield _gauge("section_renders_retried", "Those among them that failed before.", queue.retried)
    yield _gauge(
        "section_renders_oldest_age_seconds",
        "Age of the oldest rendering that is asked for.",
        _age(queue.oldest, at),
    )


def notices(at: datetime) -> Iterator[Metric]:
    caches, followers = purging.queue(), queues.followers()
    yield _gauge(
        "purges_waiting", "Addresses and keys that the cache in front has yet to forget.", caches.waiting
    )
    yield _gauge("purges_retried", "Those among them that it did not take before.", caches.retried)
    yield _gauge("purges_oldest_age_seconds", "Age of the oldest of them.", _age(caches.oldest, at))
    yield _gauge("websub_subscriptions", "Addresses that follow a feed.", followers.subscriptions)
    states = {"waiting": followers.waiting, "retried": followers.retried, "given_up": followers.given_up}
    yield _gauges("websub_deliveries", "Feeds that did not arrive yet, by state.", states, by="state")
    said = "Notices of withdrawals to other systems, by state."
    yield _gauges("takedown_notices", said, queues.notices(), by="state")
    late, owed = queues.untried(at).total_seconds(), queues.owed(at).total_seconds()
    yield _gauge("takedown_untried_seconds", "How long the oldest has been due without an attempt.", late)
    yield _gauge("websub_owed_seconds", "How long the oldest post to a follower has been due.", owed)


def letters(at: datetime) -> Iterator[Metric]:
    states, since = outbox_of_letters.standing()
    yield _gauges("letters", "Letters to those who took something, by state.", states, by="state")
    said = "How long the letter that has waited longest has been due."
    yield _gauge("letters_untried_seconds", said, _age(since, at))


def finding(at: datetime) -> Iterator[Metric]:
    """What the process that answers knows of its own searches."""
    own = str(os.getpid())
    guarded = (one for one in engines.every() if isinstance(one, Guarded))
    yield _gauges(
        "search_breaker_open",
        "1 while this process does not ask a search engine because it did not answer.",
        {one.name: one.turned_away for one in guarded},
        by="engine",
        process=own,
    )
    left_out = CounterMetricFamily(
        "kho57_search_meaning_left_out",
        "Searches of this process by words alone, by why meaning was left out.",
        labels=("reason", "process"),
    )
    for reason, number in dict(fusion.LEFT_OUT).items():
        left_out.add_metric((reason, own), float(number))
    yield left_out


def library(at: datetime) -> Iterator[Metric]:
    number = Resource.objects.public(at).count()
    yield _gauge("public_resources", "Resources that everyone may see, five minutes ago at most.", number)
    stored = {"original": _bytes(StoredFile), "rendition": _bytes(Rendition)}
    yield _gauges("storage_bytes", "Bytes of stored files, five minutes ago at most.", stored, by="content")


def ready(at: datetime) -> Iterator[Metric]:
    parts = {part.name: part.ready for part in readiness.examine(at)}
    yield _gauges("ready", "1 where this part of /readyz is ok.", parts, by="part")


def build(at: datetime) -> Iterator[Metric]:
    yield _gauges("build_info", "Always 1; the label names what runs.", {version(): 1}, by="version")


@cache
def version() -> str:
    """As pyproject.toml has it. Raises OSError or KeyError where that is not beside the code."""
    declared = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(declared["project"]["version"])


PARTS: dict[str, Part] = {
    "outbox": outbox,
    "jobs": work,
    "sections": sections,
    "notices": notices,
    "letters": letters,
    # Before "ready", which asks the engine and may close a breaker that searches met open.
    "search": finding,
    "library": Seldom(library),
    "ready": ready,
    "build": build,
}


def _bytes(model: type[StoredFile] | type[Rendition]) -> int:
    return model._default_manager.aggregate(bytes=Sum("size"))["bytes"] or 0


def _age(since: datetime | None, at: datetime) -> float:
    """Seconds from ``since`` to ``at``, never negative; 0 where there is nothing."""
    return max((at - since).total_seconds(), 0.0) if since else 0.0


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"kho57_{name}", said, value=float(value))


def _gauges(name: str, said: str, values: Mapping[str, float], *, by: str, **always: str) -> Metric:
    """A gauge with a value for each label ``by``; ``always``: labels that all of them have."""
    made = GaugeMetricFamily(f"kho57_{name}", said, labels=(by, *always))
    for label, value in values.items():
        made.add_metric((label, *always.values()), float(value))
    return made
