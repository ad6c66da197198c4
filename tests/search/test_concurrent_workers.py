"""Several workers and writers at once: nothing is indexed twice, lost, or brought back."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from media_library import changes
from media_library.models import Resource
from search import engines, indexing, rebuilding
from search.engines import engine
from search.engines.contract import checksum_of
from search.models import Gram, IndexedText, PendingChange
from tests import factories
from tests.search.fakes import FlakyEngine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.contract]


def at_once(*acts: Callable[[], None]) -> None:
    """Run ``acts`` in threads of their own connections; what one raises is raised here."""
    problems: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def change(pk: int, **fields: object) -> None:
    with transaction.atomic():
        Resource.objects.filter(pk=pk).update(**fields)
        changes.record(resource_ids=[pk], why="test")


def test_two_workers_share_the_work_and_do_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = factories.make_agency()
    for _number in range(12):
        factories.make_published(agency=agency)
    monkeypatch.setattr(engine(), "batch", 3)
    written: list[int] = []
    real = indexing.write

    def write(target: object, ids: list[int], at: object) -> None:
        written.extend(ids)
        real(target, ids, at)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "write", write)
    at_once(*[lambda: _drain_all()] * 2)
    assert sorted(written) == sorted(set(written))
    assert len(engine().stored(after=0, limit=99)) == 12
    assert not PendingChange.objects.exists()


def test_index_and_library_agree_after_writers_workers_and_failures_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = factories.make_agency()
    ids = [factories.make_published(agency=agency, title=f"Bản tin số {n}").pk for n in range(8)]
    flaky = FlakyEngine(engine(), failures=2)
    flaky.batch = 3
    monkeypatch.setattr(engines, "every", lambda: (flaky,))
    stop = threading.Event()

    def writer(seed: int) -> None:
        chance = random.Random(seed)
        for _step in range(25):
            pk = chance.choice(ids)
            change(pk, live=chance.random() < 0.5, title=f"Tin {chance.randrange(99)}")

    def worker() -> None:
        while not stop.is_set():
            indexing.drain(timezone.now() + indexing.LONGEST_WAIT)

    workers = [threading.Thread(target=_closing(worker)) for _number in range(2)]
    for one in workers:
        one.start()
    try:
        at_once(lambda: writer(1), lambda: writer(2))
    finally:
        stop.set()
        for one in workers:
            one.join()
    _drain_all()
    public = dict(Resource.objects.public(timezone.now()).values_list("pk", "version"))
    assert engine().stored(after=0, limit=99) == public
    assert engine().checksum() == checksum_of(public | _desks(ids))
    assert set(IndexedText.objects.values_list("pk", flat=True)) == {*public, *(-pk for pk in ids)}
    _keys_are_those_of_the_texts()


def _desks(ids: list[int]) -> dict[int, int]:
    rows = Resource.objects.filter(pk__in=ids).values_list("pk", "version", "latest_revision_id")
    return {-pk: version + (revision or 0) for pk, version, revision in rows}


def _keys_are_those_of_the_texts() -> None:
    """A rebuild from nothing gives the very grams and hits that all the changes left."""
    grams = dict(Gram.objects.values_list("text", "documents"))
    hits = _matching("tin")
    engine().clear()
    for _done in rebuilding.rebuild(engine(), timezone.now):
        pass
    assert dict(Gram.objects.values_list("text", "documents")) == grams
    assert _matching("tin") == hits


def _matching(word: str) -> set[int]:
    sql = {
        "sqlite": "SELECT rowid FROM search_keys WHERE search_keys MATCH %s",
        "postgresql": "SELECT resource_id FROM search_indexedtext WHERE vector @@ %s::tsquery",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql, [word])
        return {pk for (pk,) in cursor.fetchall()}


def _closing(act: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    return run


def _drain_all() -> None:
    at = timezone.now() + indexing.LONGEST_WAIT + timedelta(seconds=1)
    while indexing.drain(at):
        pass
