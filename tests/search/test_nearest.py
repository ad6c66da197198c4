"""The embedded engine's look at all vectors: fresh, exact at the top, and never of what is hidden."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library.models import Resource
from search import indexing, meaning
from search.engines.contract import Reader
from search.engines.database.engine import DatabaseEngine, make
from search.models import Passage
from tests import factories
from tests.search.documents import NOW, document, vector
from tests.search.fakes import HashedWords

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def near(
    engine: DatabaseEngine, asked: bytes, *, limit: int = 10, at: datetime = NOW, **more: Any
) -> list[int]:
    return [one.key for one in engine.nearest(asked, limit=limit, at=at, **more)]


def put(key: int, *passages: bytes) -> None:
    Passage.objects.bulk_create(
        Passage(key=key, number=number, digest=one.hex()[:32], vector=one)
        for number, one in enumerate(passages)
    )


# -- freshness ------------------------------------------------------------------------------------


def test_rows_that_come_and_go_between_questions_are_seen_at_once() -> None:
    engine = DatabaseEngine()
    engine.index([document(number) for number in (1, 2, 3)])
    put(1, vector(1))
    assert near(engine, vector(1)) == [1]
    put(2, vector(1, 0.1))
    put(3, vector(1, 0.2))
    assert near(engine, vector(1)) == [1, 2, 3]
    Passage.objects.filter(key=1).delete()
    assert near(engine, vector(1)) == [2, 3]
    Passage.objects.all().delete()
    assert near(engine, vector(1)) == []


def test_a_replaced_passage_counts_as_it_is_now_at_the_very_next_question() -> None:
    engine = DatabaseEngine()
    engine.index([document(1), document(2)])
    put(1, vector(1), vector(0, 1))
    put(2, vector(1, 1))
    assert near(engine, vector(1)) == [1, 2]
    Passage.objects.filter(key=1).delete()
    put(1, vector(0.5, 1))
    assert near(engine, vector(1)) == [2, 1]


def test_a_table_filled_anew_under_the_same_ids_is_read_anew() -> None:
    engine = DatabaseEngine()
    engine.index([document(1), document(2)])
    put(1, vector(1))
    first = Passage.objects.get()
    assert near(engine, vector(1)) == [1]
    Passage.objects.all().delete()
    other = vector(0, 1)
    Passage.objects.create(pk=first.pk, key=2, number=0, digest=other.hex()[:32], vector=other)
    assert near(engine, vector(0, 1)) == [2]


def test_a_row_that_becomes_visible_after_one_with_a_higher_id_is_not_missed() -> None:
    engine = DatabaseEngine()
    engine.index([document(1), document(2)])
    Passage.objects.create(pk=50, key=1, number=0, digest="a", vector=vector(1))
    assert near(engine, vector(1)) == [1]
    Passage.objects.create(pk=60, key=2, number=0, digest="c", vector=vector(0, 1))
    assert near(engine, vector(1)) == [1, 2]
    Passage.objects.create(pk=55, key=2, number=1, digest="b", vector=vector(1, 0.1))
    assert engine.nearest(vector(1), limit=5, at=NOW)[1].number == 1


def test_vectors_of_another_width_are_of_another_model_and_left_out() -> None:
    engine = DatabaseEngine()
    engine.index([document(1), document(2)])
    put(1, np.asarray([1, 0], dtype="<f4").tobytes())
    put(2, vector(1))
    assert near(engine, vector(1)) == [2]
    assert near(engine, np.asarray([1, 0], dtype="<f4").tobytes()) == [1]


# -- order ----------------------------------------------------------------------------------------


def test_the_order_is_that_of_exact_cosines() -> None:
    random = np.random.default_rng(57)
    made = random.standard_normal((700, 384)).astype("<f4")
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    engine = DatabaseEngine()
    engine.index([document(number + 1) for number in range(700)])
    Passage.objects.bulk_create(
        Passage(key=number + 1, number=0, digest=str(number), vector=one.tobytes())
        for number, one in enumerate(made)
    )
    exact = made @ made[0]
    found = engine.nearest(made[0].tobytes(), limit=20, at=NOW)
    assert [one.key - 1 for one in found][:10] == [int(n) for n in np.argsort(-exact)[:10]]
    assert [one.cosine for one in found] == pytest.approx(
        [float(exact[one.key - 1]) for one in found], abs=1e-5
    )


def test_many_passages_of_one_document_leave_room_for_others() -> None:
    engine = DatabaseEngine()
    engine.index([document(1), document(2), document(3)])
    put(1, *(vector(1, number / 1_000) for number in range(200)))
    put(2, vector(1, 1))
    put(3, vector(1, 2))
    assert near(engine, vector(1), limit=3) == [1, 2, 3]


def test_hidden_documents_however_many_leave_room_for_others() -> None:
    engine = DatabaseEngine()
    engine.index([document(number, public_until=NOW) for number in range(1, 8)] + [document(8), document(9)])
    for number in range(1, 10):
        put(number, vector(1, number / 10))
    assert near(engine, vector(1), limit=2) == [8, 9]


def test_a_question_costs_the_same_few_queries_for_any_number_of_documents() -> None:
    engine = DatabaseEngine()

    def queries(number: int) -> int:
        engine.index([document(one) for one in range(1, number + 1)])
        for one in range(1, number + 1):
            Passage.objects.filter(key=one).delete()
            put(one, vector(1, one / 100))
        near(engine, vector(1), limit=30)
        with CaptureQueriesContext(connection) as captured:
            assert len(near(engine, vector(1), limit=30)) == number
        return len(captured)

    assert queries(2) == queries(25) <= 4


# -- the engine of the site -----------------------------------------------------------------------


def test_the_site_reads_the_vectors_of_the_library_and_writes_none(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Cẩm nang chữ ký số")
    now = timezone.now()
    site = make()
    indexing.write(site, [resource.pk], now)
    assert not Passage.objects.exists()
    meaning.Meaning().hear([resource.pk], now)
    before = list(Passage.objects.values_list("pk", flat=True))
    indexing.write(site, [resource.pk], now)
    assert list(Passage.objects.values_list("pk", flat=True)) == before
    assert near(site, meaning_on.question("chữ ký số"), at=now) == [resource.pk]
    site.clear()
    assert Passage.objects.count() == len(before), "an index is quick to make again, vectors are not"


def test_what_the_live_table_hides_is_near_to_nothing_though_the_index_lags(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Thu hồi rồi")
    now = timezone.now()
    site = make()
    meaning.Meaning().hear([resource.pk], now)
    indexing.write(site, [resource.pk], now)
    Resource.objects.filter(pk=resource.pk).update(live=False)
    asked = meaning_on.question("thu hồi rồi")
    assert near(site, asked, at=now) == []
    indexing.write(site, [resource.pk], now)
    assert not Passage.objects.exists()


def test_at_their_desk_the_published_text_brings_people_to_their_own_document(
    meaning_on: HashedWords,
) -> None:
    resource = factories.make_published(title="Bài của mình")
    now = timezone.now()
    site = make()
    meaning.Meaning().hear([resource.pk], now)
    indexing.write(site, [resource.pk], now)
    asked = meaning_on.question("bài của mình")
    assert near(site, asked, at=now, reader=Reader(agencies=frozenset({resource.agency_id}))) == [
        -resource.pk
    ]
    assert near(site, asked, at=now, reader=Reader(lead=True)) == [-resource.pk]
    assert near(site, asked, at=now, reader=Reader(agencies=frozenset({0}))) == [resource.pk]
