"""What a process keeps of the embedded index is the index, whatever was written, by whom, and taken back."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from search.engines.contract import Ask, Document, Reader, Tombstone
from search.engines.database import memory, terms
from search.engines.database.columns import Columns
from search.engines.database.engine import DatabaseEngine
from search.models import IndexWrite
from search.query import Query
from tests.search.documents import NOW, ask, document, every_page, found

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
WORDS = ["chuyển", "đổi", "số", "dữ", "liệu", "mở", "hồ", "sơ", "dịch", "vụ", "công", "mật", "khẩu"]


@pytest.fixture
def engine() -> DatabaseEngine:
    return DatabaseEngine()


def as_another_process(engine: DatabaseEngine, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> object:
    """What a process answers that has just begun and so reads everything from the database."""
    with monkeypatch.context() as patched:
        patched.setattr(memory, "_memories", {})
        return engine.search(ask)


def some_document(dice: random.Random, pk: int, version: int) -> Document:
    return document(
        pk,
        " ".join(dice.sample(WORDS, 3)),
        version=version,
        desk=dice.random() < 0.3,
        owner=dice.randrange(3),
        kind=dice.choice(["video", "article"]),
        topics=tuple(dice.sample(["a", "b", "c"], dice.randrange(3))),
        uses=dice.randrange(50),
        public_from=dice.choice([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        public_until=dice.choice([None, NOW + timedelta(days=2)]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_after_any_writes_it_answers_as_a_process_that_has_just_begun(
    engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Also where keys are kept that many documents have, which are mended rather than looked for anew."""
    monkeypatch.setattr(terms, "FEW", 2)
    dice = random.Random(seed)
    asks = [
        ask(q, reader=reader, sort=sort, filters=filters, size=4)
        for q in ("chuyển đổi", "dữ liệu mở hồ sơ", '"dịch vụ"', "")
        for reader in (None, Reader(frozenset({1})), Reader(lead=True))
        for sort in ("relevance", "title", "used")
        for filters in ({}, {"topic": ("a", "b")})
    ]
    for version in range(1, 9):
        changed = [some_document(dice, pk, version) for pk in dice.sample(range(1, 40), 8)]
        engine.index(changed)
        engine.delete([Tombstone(pk * dice.choice([1, -1]), version) for pk in dice.sample(range(1, 40), 3)])
        for one in dice.sample(asks, 12):
            kept = engine.search(one)
            fresh = as_another_process(engine, one, monkeypatch)
            assert (kept.total, kept.facets) == (fresh.total, fresh.facets)  # type: ignore[attr-defined]
            assert {hit.id for hit in kept.hits} == {hit.id for hit in fresh.hits} or one.sort == "relevance"  # type: ignore[attr-defined]


@pytest.mark.parametrize("looked", [True, False])
def test_a_write_that_is_taken_back_leaves_nothing(engine: DatabaseEngine, looked: bool) -> None:
    """Also where the next write gets the number that was taken back."""
    engine.index([document(1, "Mật khẩu mạnh")])
    assert found(engine, "mật khẩu") == [1]
    with transaction.atomic():
        engine.index([document(2, "Mật khẩu yếu"), document(1, "Thứ khác hẳn", version=2)])
        assert found(engine, "mật khẩu") == [2]
        transaction.set_rollback(True)
    if looked:
        assert found(engine, "mật khẩu") == [1]
    engine.index([document(3, "Mật khẩu dài")])
    assert sorted(found(engine, "mật khẩu")) == [1, 3]


def test_a_cleared_index_is_empty_at_once(engine: DatabaseEngine) -> None:
    engine.index([document(1)])
    assert found(engine) == [1]
    engine.clear()
    assert found(engine) == found(engine, "chuyển đổi số") == []
    engine.index([document(2)])
    assert found(engine) == found(engine, "chuyển đổi số") == [2]


def test_a_process_that_fell_far_behind_reads_everything(
    engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.index([document(1)])
    assert found(engine) == [1]
    engine.index([document(2)])
    engine.index([document(3)])
    IndexWrite.objects.filter(pk__lt=IndexWrite.objects.latest("pk").pk).delete()
    assert found(engine) == [1, 2, 3]


def test_only_the_newest_writes_are_kept(engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.database.writing.WRITES_KEPT", 10)
    for version in range(1, 120):
        engine.index([document(1, version=version)])
    assert IndexWrite.objects.count() <= 60


def test_a_question_that_was_asked_before_looks_for_no_word_again(engine: DatabaseEngine) -> None:
    engine.index([document(n, "Chuyển đổi số") for n in range(1, 30)])
    engine.search(ask("chuyển đổi số"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        engine.search(ask("chuyển đổi số"))
    tables = Counter(name for query in asked for name in ("search_keys", "vector @@") if name in query["sql"])
    assert not tables


def test_what_is_kept_stays_within_its_bound(engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MOST_BYTES", 5_000)
    engine.index([document(n, " ".join(WORDS)) for n in range(1, 60)])
    for word in WORDS:
        engine.search(ask(word))
    kept = engine.memory.current().terms
    assert 0 < sum(one.size for one in kept._kept.values()) == kept._bytes <= 5_000


def test_rows_put_one_after_the_other_are_the_rows_put_at_once() -> None:
    def row(key: int, topic: str) -> tuple[object, ...]:
        numbers = (False, 1, key * 10, 3, 0.5, None, None)
        return (key, *numbers, "video", "citizens", topic, *[""] * 10)

    rows = [row(key, topic) for key, topic in ((-2, "a"), (1, "a\nb"), (2, ""), (5, "c"))]
    whole, grown = Columns.of([rows[:3], rows[3:]]), Columns.of([])
    for one in reversed(rows):
        grown = grown.with_rows([one])
    assert grown.keys.tolist() == whole.keys.tolist() == [-2, 1, 2, 5]
    for columns in (whole, grown):
        assert columns.facets["topic"].counts(columns.places([1, 2, 5])[0]) == {"a": 1, "b": 1, "c": 1}
        assert columns.facets["topic"].with_any(["b", "c"]).tolist() == [False, True, False, True]
        assert columns.visible(at=NOW, reader=None, hidden=[5]).tolist() == [False, True, True, False]


@pytest.mark.parametrize("taken_back", ["title", "topic"])
def test_a_line_goes_with_its_last_document(engine: DatabaseEngine, taken_back: str) -> None:
    def lines(prefix: str) -> list[str]:
        return [one.text for one in engine.suggest(prefix, language="vi", limit=5, at=NOW)]

    for pk in (1, 2):
        engine.index([document(pk, "Kỹ năng số", topic_labels=("Kỹ năng nghề",))])
    engine.delete([Tombstone(1, 2)])
    assert lines("ky nang") == ["Kỹ năng nghề", "Kỹ năng số"]
    engine.index([document(2, "Việc khác", version=2)] if taken_back == "title" else [])
    engine.delete([Tombstone(2, 3)] if taken_back == "topic" else [])
    assert lines("ky nang") == []


def test_a_line_is_offered_as_long_as_one_of_its_documents_is_public(engine: DatabaseEngine) -> None:
    engine.index([document(n, f"Bài {n}", topic_labels=("Dữ liệu mở",)) for n in range(1, 6)])
    engine.index([document(9, "Dữ liệu kín", desk=True)])

    def lines(hidden: list[int]) -> list[str]:
        offered = engine.suggest("du lieu", language="vi", limit=5, at=NOW, hidden=hidden)
        return [one.text for one in offered]

    for some in ([], [5], [2, 3, 4, 5]):
        assert lines(some) == ["Dữ liệu mở"]
    assert lines([1, 2, 3, 4, 5]) == []


def test_common_keys_are_left_out_of_a_large_library_and_rarer_ones_decide(
    engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.database.plan.SMALL_LIBRARY", 10)
    engine.index([document(n, "Bánh mì kẹp trứng") for n in range(1, 40)])
    engine.index([document(50, "Bánh mì nướng than"), document(51, "Nướng khoai")])
    plan = engine.plan(Query.parse("bánh mì nướng than"), engine.memory.current())
    assert plan.folded == ("nuong", "than")
    assert found(engine, "bánh mì nướng than") == [50]
    assert len(found(engine, "bánh mì", size=60)) == 40


@pytest.mark.parametrize("reader", [None, Reader(frozenset({7})), Reader(lead=True)])
def test_pages_by_title_hold_every_document_that_the_reader_may_find(
    engine: DatabaseEngine, reader: Reader | None
) -> None:
    engine.index(
        [
            document(n, f"Bài {n % 4}", owner=n % 2 * 7, desk=desk)
            for n in range(1, 12)
            for desk in (False, True)
        ]
    )
    whole = found(engine, reader=reader, sort="title", size=50)
    pages = every_page(engine, reader=reader, sort="title", size=3)
    assert [hit.id for page in pages for hit in page.hits] == whole
    assert len(whole) == 11
