"""Words and meaning in one order: what is asked, what counts, and what is left out rather than waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from search import fusion, meaning
from search.engines.contract import Near, Unavailable
from search.engines.database.engine import DatabaseEngine
from search.fusion import BUDGET, DEPTH, ENGLISH, VIETNAMESE, Fused, fused, reciprocal
from search.query import Query
from search.vocabulary import Vocabulary
from tests import factories
from tests.search.documents import NOW, document, vector
from tests.search.documents import meaning as vectors
from tests.search.fakes import FlakyEngine, HashedWords

pytestmark = pytest.mark.django_db


def parsed(q: str) -> Query:
    """``q`` without the editors' vocabulary, which is in the database."""
    return Query.parse(q, vocabulary=Vocabulary())


QUESTION, IN_ENGLISH = parsed("chữ ký số"), parsed("how to get a signature online")


def near(**cosines: float) -> list[Near]:
    """``near(k1=0.5)``: document 1 at 0.5."""
    return [Near(int(name[1:]), cosine, 0) for name, cosine in cosines.items()]


# -- one order of two -----------------------------------------------------------------------------


def test_what_stands_high_in_both_orders_comes_first() -> None:
    assert reciprocal([1, 2, 3], [4, 2, 5]) == [2, 1, 4, 3, 5]
    assert reciprocal([1, 2], []) == [1, 2]
    assert reciprocal([], []) == []


def test_places_beyond_the_depth_do_not_count() -> None:
    assert len(reciprocal(range(1, 200), range(200, 400))) == 2 * DEPTH


def test_neighbours_below_the_floor_are_no_hits() -> None:
    assert fused(QUESTION, [1, 2], near(k3=VIETNAMESE.floor - 0.01)) == Fused()
    found = fused(QUESTION, [1, 2], near(k3=VIETNAMESE.floor, k4=VIETNAMESE.floor - 0.01))
    assert (found.first, found.by_meaning) == ((1, 2, 3), {3})


def test_of_hits_by_words_the_nearer_come_sooner_and_none_later_for_being_far() -> None:
    found = fused(QUESTION, [1, 2, 3, 4], near(k4=0.75, k2=0.26))
    assert (found.first, found.by_meaning) == ((4, 1, 2, 3), frozenset())
    assert fused(QUESTION, [1, 2], near(k2=VIETNAMESE.base - 0.01)) == Fused()


def test_the_first_hit_by_words_stays_before_what_is_only_near() -> None:
    assert fused(QUESTION, [1], near(k3=0.99)).first == (1, 3)


def test_without_a_hit_by_words_meaning_alone_finds() -> None:
    found = fused(QUESTION, [], near(k3=0.5, k4=0.4))
    assert (found.first, found.by_meaning) == ((3, 4), {3, 4})


def test_an_english_question_goes_to_the_meaning_before_the_words() -> None:
    found = fused(IN_ENGLISH, [1, 2], near(k3=0.45, k2=0.3, k4=0.21, k5=0.19))
    assert (found.first, found.by_meaning) == ((2, 3, 1, 4), {3, 4})


def test_an_english_question_to_which_nothing_is_near_is_one_for_words() -> None:
    assert fused(IN_ENGLISH, [1, 2], near(k3=ENGLISH.floor - 0.01)) == Fused()


def test_a_foreign_name_alone_is_no_english_question() -> None:
    assert fused(parsed("workshop"), [1, 2], near(k3=0.25)) == Fused()


# -- which text, and when none --------------------------------------------------------------------


def ask(q: str, *, restored: str | None = None, engine: Any = None, words: tuple[int, ...] = ()) -> Fused:
    return fusion.legs(
        parsed(q), restored=restored, lexical=lambda _depth: list(words), engine=engine, at=NOW
    )


class Remembering:
    """An engine to which nothing is near; it remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def nearest(self, vector: bytes, **_kwargs: Any) -> list[Near]:
        self.asked.append(vector)
        return []


@pytest.mark.parametrize(
    ("q", "restored", "meant"),
    [
        ("chữ ký số", None, "chữ ký số"),
        ("chu ky so", "chữ ký số", "chữ ký số"),
        ("chữ kí sốo", "chữ ký số", "chữ ký số"),
        ("how to sign online", None, "how to sign online"),
    ],
)
def test_the_wording_that_is_meant_is_asked(
    meaning_on: HashedWords, q: str, restored: str | None, meant: str
) -> None:
    engine = Remembering()
    assert ask(q, restored=restored, engine=engine) == Fused()
    assert engine.asked == [meaning_on.question(meant)]


@pytest.mark.parametrize(
    ("q", "reason"), [('"chữ ký số" cá nhân', "quoted"), ("57", "numbers"), ("", "numbers"), ("!", "numbers")]
)
def test_a_question_for_words_alone_is_left_to_them(meaning_on: HashedWords, q: str, reason: str) -> None:
    engine = Remembering()
    assert ask(q, engine=engine) == Fused(left_out=reason)
    assert engine.asked == []


def test_without_the_setting_no_model_is_asked(meaning_on: HashedWords, settings: Any) -> None:
    settings.SEARCH_MEANING = False
    meaning_on.broken = True
    assert ask("chữ ký số", engine=Remembering()).left_out == "off"


def test_words_and_meaning_meet_in_the_engine(meaning_on: HashedWords) -> None:
    engine = DatabaseEngine()
    engine.index(
        [
            document(1, vectors=vectors(meaning_on.question("ví tiền điện tử"))),
            document(2, vectors=vectors(meaning_on.question("chữ ký số"))),
            document(3, vectors=vectors(vector(0, 1))),
        ]
    )
    found = ask("chữ ký số", engine=engine, words=(1, 3))
    assert (found.first, found.by_meaning) == ((1, 3, 2), {2})


# -- late, busy, broken ---------------------------------------------------------------------------


class Stuck(Remembering):
    """Answers only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    def nearest(self, vector: bytes, **kwargs: Any) -> list[Near]:
        super().nearest(vector)
        assert self.free.wait(30)
        return [Near(1, 0.9, 0)]


@pytest.fixture
def threads(meaning_on: HashedWords, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """Real threads, and no patience."""
    monkeypatch.setattr(fusion, "BUDGET", 0.01)
    monkeypatch.setattr(fusion, "_PLACES", threading.BoundedSemaphore(fusion.AT_ONCE))
    with ThreadPoolExecutor(fusion.AT_ONCE) as made:
        monkeypatch.setattr(fusion, "_THREADS", made)
        yield made


def test_what_is_late_is_left_out_and_does_not_pile_up(threads: ThreadPoolExecutor) -> None:
    engine, before = Stuck(), fusion.LEFT_OUT.copy()
    try:
        answers = [ask("chữ ký số", engine=engine, words=(1, 2)) for _time in range(fusion.AT_ONCE + 3)]
    finally:
        engine.free.set()
    assert [one.left_out for one in answers] == ["late"] * fusion.AT_ONCE + ["busy"] * 3
    assert {one.first for one in answers} == {()}
    assert len(engine.asked) == fusion.AT_ONCE
    assert fusion.LEFT_OUT - before == {"late": fusion.AT_ONCE, "busy": 3}


def test_a_leg_that_ends_late_makes_room_for_the_next(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Stuck()
    for _time in range(fusion.AT_ONCE):
        assert ask("chữ ký số", engine=engine).left_out == "late"
    engine.free.set()
    threads.shutdown(wait=True)
    monkeypatch.setattr(fusion, "BUDGET", 30)
    with ThreadPoolExecutor(1) as others:
        monkeypatch.setattr(fusion, "_THREADS", others)
        assert ask("chữ ký số", engine=engine, words=(2,)).first == (2, 1)


def test_the_search_for_words_runs_beside_and_its_time_counts(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Stuck()
    monkeypatch.setattr(fusion, "BUDGET", 0.0)

    def words(_depth: int) -> list[int]:
        engine.free.set()
        threads.shutdown(wait=True)
        return [2]

    found = fusion.legs(QUESTION, restored=None, lexical=words, engine=engine, at=NOW)
    assert found.first == (2, 1), "both were done, so nothing was late"


def test_the_answer_waits_no_longer_than_promised() -> None:
    assert BUDGET <= 0.150


@pytest.mark.parametrize(
    ("problem", "reason"), [(Unavailable("down"), "unavailable"), (ValueError("odd"), "failed")]
)
def test_an_engine_that_fails_for_meaning_leaves_the_words(
    meaning_on: HashedWords, problem: Exception, reason: str
) -> None:
    class Failing:
        def nearest(self, *_args: Any, **_kwargs: Any) -> list[Near]:
            raise problem

    assert ask("chữ ký số", engine=Failing(), words=(1,)) == Fused(left_out=reason)


def test_a_model_that_cannot_be_loaded_leaves_the_words(meaning_on: HashedWords) -> None:
    meaning_on.broken = True
    assert ask("chữ ký số", engine=Remembering(), words=(1,)) == Fused(left_out="unusable")


def test_what_the_search_for_words_raises_goes_through(meaning_on: HashedWords) -> None:
    def down(_depth: int) -> list[int]:
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        fusion.legs(QUESTION, restored=None, lexical=down, engine=Remembering(), at=NOW)  # type: ignore[arg-type]


def test_a_question_asked_again_is_not_computed_again(
    meaning_on: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = meaning_on.question
    monkeypatch.setattr(meaning_on, "question", lambda text: asked.append(text) or real(text))
    for _page in range(3):
        ask("một câu hỏi", engine=Remembering())
    assert asked == ["một câu hỏi"]


# -- alike ----------------------------------------------------------------------------------------


class TestLike:
    def like(self, engine: Any, id: int, *, limit: int = 5) -> list[int]:
        return meaning.like(engine, id, limit=limit, at=NOW)

    @pytest.fixture
    def engine(self) -> DatabaseEngine:
        engine = DatabaseEngine()
        engine.index(
            [
                document(1, "Lừa đảo trực tuyến", vectors=vectors(vector(1))),
                document(2, "Nhận diện lừa đảo trực tuyến", vectors=vectors(vector(0, 1))),
                document(3, "Giữ tiền trong tài khoản", vectors=vectors(vector(1, 0.5))),
                document(4, "Trồng cây gây rừng", vectors=vectors(vector(0, 0, 1))),
                document(5, "Giấu kín", public_until=NOW, vectors=vectors(vector(1))),
            ]
        )
        return engine

    def test_like_are_those_with_its_words_and_those_about_the_same(
        self, meaning_on: HashedWords, engine: DatabaseEngine
    ) -> None:
        assert self.like(engine, 1) == [2, 3]
        assert self.like(engine, 1, limit=1) == [2]

    def test_without_meaning_the_words_decide(
        self, meaning_on: HashedWords, engine: DatabaseEngine, settings: Any
    ) -> None:
        assert self.like(engine, 99) == []
        settings.SEARCH_MEANING = False
        assert self.like(engine, 1) == [2]

    def test_an_engine_that_is_down_says_so(self, meaning_on: HashedWords, engine: DatabaseEngine) -> None:
        with pytest.raises(Unavailable):
            self.like(FlakyEngine(engine, failures=1), 1)

    def test_a_translation_is_not_like_its_original(self, meaning_on: HashedWords) -> None:
        original = factories.make_published(title="Lừa đảo trực tuyến")
        other = factories.make_published(title="Lừa đảo qua điện thoại")
        english = factories.make_published(title="Lừa đảo: English version", language="en")
        type(english).objects.filter(pk=english.pk).update(translation_key=original.translation_key)
        engine = DatabaseEngine()
        same = vectors(vector(1))
        engine.index([document(one.pk, one.title, vectors=same) for one in (original, other, english)])
        assert self.like(engine, original.pk) == [other.pk]
