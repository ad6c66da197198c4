"""A new index is made while people write, workers index and readers search, and the server goes away."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from media_library import changes
from media_library.models import Resource
from media_library.models.resource import new_public_id
from search import engines, indexing, rebuilding
from search.engines.contract import Tombstone
from search.engines.elasticsearch.engine import ElasticsearchEngine
from tests import factories
from tests.search.nodes import servers, use
from tests.search.storm import SECRET, WORD, Storm, differences, settle
from tests.servers import proxy

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True)]


def populate(number: int, *, secrets: int) -> Storm:
    """``number`` public resources, and some that never are."""
    model = factories.make_published(title=WORD)
    hidden = factories.make_resource(title=SECRET)
    return Storm(ids=_copies(model, number), secrets=_copies(hidden, secrets))


def _copies(model: Resource, number: int) -> list[int]:
    first, made = model.pk, []
    for _number in range(number - 1):
        row = Resource.objects.get(pk=first)
        row.pk, row.public_id, row.translation_key = None, new_public_id(), uuid.uuid4()
        row.latest_revision = row.live_revision = None
        made.append(row)
    return [first, *(row.pk for row in Resource.objects.bulk_create(made))]


@pytest.mark.slow
def test_index_and_library_agree_after_a_rebuild_in_a_storm(monkeypatch: pytest.MonkeyPatch) -> None:
    (server, *_others) = settings.ELASTICSEARCH["hosts"]
    with proxy.started(server) as between:
        engine = ElasticsearchEngine(replace(servers(), hosts=[between.url], deadline=5.0))
        use(monkeypatch, engine)
        monkeypatch.setattr(engines, "every", lambda: (engine,))
        storm = populate(60, secrets=6)
        list(rebuilding.rebuild(engine, timezone.now))
        before = engine.aliases.reading()
        with storm.raging():
            away = threading.Timer(0.5, between.refuses)
            back = threading.Timer(2.5, between.passes)
            away.start(), back.start()
            list(rebuilding.rebuild(engine, timezone.now, size=10))
            back.join()
            time.sleep(0.5)
        settle()
        assert storm.problems == []
        assert storm.searches > 10 and storm.changes > 50
        after = engine.aliases.reading()
        assert after != before
        for index in engine.aliases.written():
            assert differences(engine, index) == {}, "the old index too, so that going back loses nothing"
        assert engine.aliases.written() == [before, after]
        assert rebuilding.go_back(engine) == before == engine.aliases.reading()
        engine.aliases.clear()


@pytest.fixture
def small(answers: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> ElasticsearchEngine:
    monkeypatch.setattr(engines, "every", lambda: (answers,))
    populate(12, secrets=3)
    return answers


def test_a_rebuild_that_broke_off_goes_on_where_it_was(small: ElasticsearchEngine) -> None:
    steps = rebuilding.rebuild(small, timezone.now, size=4)
    next(steps), next(steps)
    steps.close()
    building = small.aliases.building()
    assert building
    copied = small.aliases.copied_to(building)
    done = sum(step.done for step in rebuilding.rebuild(small, timezone.now, size=4) if step.act == "copying")
    assert done == Resource.objects.filter(pk__gt=copied).count() < Resource.objects.count()
    assert small.aliases.reading() == building
    assert differences(small, building) == {}


def test_what_the_new_index_has_wrong_is_mended_before_anybody_searches_it(
    small: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that was lost on the way, and one of no resource."""
    settle()
    lost = Resource.objects.public(timezone.now()).order_by("-pk")[0].pk
    real = rebuilding.copy

    def forgetful(target: ElasticsearchEngine, index: str, ids: Sequence[int], at: datetime) -> None:
        monkeypatch.setattr(rebuilding, "copy", real)
        real(target, index, [pk for pk in ids if pk != lost], at)

    monkeypatch.setattr(rebuilding, "copy", forgetful)
    steps = rebuilding.rebuild(small, timezone.now, size=100)
    next(steps)
    building = small.aliases.building()
    assert building
    small.write_to([building], [(10**9, 1, {"key": 10**9, "version": 1, "deleted": False})])
    assert set(differences(small, building)) == {lost, -lost, 10**9}
    list(steps)
    assert small.aliases.reading() == building
    assert differences(small, building) == {}


def test_what_changes_and_arrives_between_two_looks_is_no_disagreement(
    small: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy library: at every look at the index something changes and is written before the next one."""
    look, mended, copy = rebuilding._between, [], rebuilding.copy
    pk = Resource.objects.earliest("pk").pk

    def busy(*given: Any) -> dict[int, int]:
        seen = look(*given)
        with transaction.atomic():
            Resource.objects.filter(pk=pk).update(title=f"{WORD} {len(mended)}")
            changes.record(resource_ids=[pk], why="test")
        indexing.drain(timezone.now())
        return seen

    def noted(*given: Any) -> None:
        mended.append(given)
        copy(*given)

    monkeypatch.setattr(rebuilding, "_between", busy)
    monkeypatch.setattr(rebuilding, "copy", noted)
    before = small.aliases.reading()
    list(rebuilding.rebuild(small, timezone.now))
    assert small.aliases.reading() != before
    assert len(mended) == 1, "copied once, nothing mended"
    assert differences(small, small.aliases.reading()) == {}


def test_an_index_that_never_agrees_is_never_searched(
    small: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    before = small.aliases.reading()
    monkeypatch.setattr(rebuilding, "copy", lambda *_given: None)
    with pytest.raises(rebuilding.Disagreement):
        list(rebuilding.rebuild(small, timezone.now, pause=lambda _seconds: None))
    assert small.aliases.reading() == before


def test_of_three_rebuilds_one_old_index_stays(small: ElasticsearchEngine) -> None:
    seen = []
    for _round in range(3):
        list(rebuilding.rebuild(small, timezone.now))
        seen.append(small.aliases.reading())
    assert small.aliases.written() == seen[-2:]


def test_an_index_of_which_all_was_deleted_by_hand_comes_back(small: ElasticsearchEngine) -> None:
    small.aliases.clear()
    list(rebuilding.rebuild(small, timezone.now))
    reading = small.aliases.reading()
    assert reading and differences(small, reading) == {}


def test_going_back_without_an_old_index_says_so(small: ElasticsearchEngine) -> None:
    with pytest.raises(CommandError, match="no earlier index"):
        call_command("search_rebuild", back=True, verbosity=0)


def test_a_late_writer_never_brings_back_what_was_deleted(small: ElasticsearchEngine) -> None:
    list(rebuilding.rebuild(small, timezone.now))
    pk = Resource.objects.public(timezone.now())[0].pk
    shown, _gone = rebuilding.documents.at_this_moment([pk], timezone.now())
    small.delete([Tombstone(pk, shown[0].version + 1)])
    small.index(shown)
    assert pk not in small.stored(after=0, limit=99)
