"""A library in a storm: writers, workers and readers at once, while an index is made anew.

Used by the test with a few hundred resources and by ``bench/indexing.py`` with twenty thousand.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone

from media_library import changes
from media_library.models import Resource
from search import documents, finding, indexing
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.models import PendingChange
from search.request import SearchRequest

WORD = "bão"
"""In the title of every resource."""
SECRET = "tuyệt mật"
"""In the title of those that are never public."""


@dataclass
class Storm:
    """What has happened so far. ``secrets``: ids that are never public."""

    ids: Sequence[int]
    secrets: Sequence[int]
    stop: threading.Event = field(default_factory=threading.Event)
    changes: int = 0
    searches: int = 0
    simpler: int = 0
    problems: list[str] = field(default_factory=list)

    def write(self, seed: int) -> None:
        """Change, publish, withdraw at random until told to stop."""
        chance = random.Random(seed)
        while not self.stop.is_set():
            pk = chance.choice(self.ids)
            with transaction.atomic():
                row = Resource.objects.filter(pk=pk)
                row.update(title=f"{WORD} số {chance.randrange(99)}", live=chance.random() < 0.7)
                changes.record(resource_ids=[pk], why="storm")
            self.changes += 1
            time.sleep(0.01)

    def work(self) -> None:
        """Bring the index what waits."""
        while not self.stop.is_set():
            indexing.drain(timezone.now() + timedelta(minutes=10))
            time.sleep(0.05)

    def read(self) -> None:
        """Search all the time; note whatever is wrong with an answer."""
        total = len(self.ids)
        while not self.stop.is_set():
            for q in (WORD, SECRET):
                results = finding.search(SearchRequest(q=q, exact=True), at=timezone.now())
                self.searches += 1
                self.simpler += results.simpler
                hidden = {one.resource.pk for one in results.results} & set(self.secrets)
                if hidden or results.total > (total if q == WORD else 0):
                    self.problems.append(f"“{q}” found {results.total}, of them hidden {sorted(hidden)}")
            time.sleep(0.02)

    def _safely(self, act: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                act()
            except Exception as problem:
                self.problems.append(f"{type(problem).__name__}: {problem}"[:500])
                self.stop.set()
            finally:
                connections.close_all()

        return run

    @contextmanager
    def raging(self, *, writers: int = 4, workers: int = 2) -> Iterator[None]:
        acts = [lambda seed=seed: self.write(seed) for seed in range(writers)]
        acts += [self.work] * workers + [self.read]
        threads = [threading.Thread(target=self._safely(act)) for act in acts]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()


def settle(*, tries: int = 600) -> None:
    """Bring the index everything that waits."""
    for _try in range(tries):
        indexing.drain(timezone.now() + timedelta(minutes=10))
        if not PendingChange.objects.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{PendingChange.objects.count()} changes do not reach the index")


def differences(engine: ElasticsearchEngine, index: str) -> dict[int, tuple[int | None, int | None]]:
    """Where ``index`` and library differ: (version there, version here) by key."""
    stored: dict[int, int] = {}
    after: int | None = None
    while page := engine.stored_in(index, after=after, limit=1000):
        stored.update(page)
        after = max(page)
    wanted: dict[int, int] = {}
    ids = list(Resource.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        shown, _hidden = documents.at_this_moment(ids[start : start + 500], timezone.now())
        wanted.update({one.key: one.version for one in shown})
    return {
        key: (stored.get(key), wanted.get(key))
        for key in stored.keys() | wanted.keys()
        if stored.get(key) != wanted.get(key)
    }
