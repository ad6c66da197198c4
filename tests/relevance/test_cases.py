"""The cases themselves, and the other spellings made of them."""

from __future__ import annotations

from collections import Counter

from search import text
from tests.relevance import library, variants

LEAST = {
    "unaccented": 15,
    "abbreviation": 15,
    "tone": 15,
    "typo": 15,
    "spoken": 15,
    "audience": 15,
    "english": 15,
}


def test_there_are_enough_cases_of_each_type() -> None:
    counts = Counter(one.type for one in library.cases())
    assert counts.total() >= 200
    assert {name: counts[name] for name, least in LEAST.items() if counts[name] < least} == {}


def test_a_part_of_each_type_is_held_out() -> None:
    types = {one.type for one in library.cases()}
    for part in ("dev", "held-out"):
        assert {one.type for one in library.cases() if one.set == part} == types


def test_no_question_is_asked_twice() -> None:
    asked = Counter(text.canonical(one.q).casefold() for one in library.cases())
    assert [q for q, times in asked.items() if times > 1] == []


def test_every_judged_resource_is_published() -> None:
    published = set(library.documents()[0].values())
    assert {id for one in library.cases() for id in one.judgments} - published == set()


def test_every_case_says_why_it_was_judged_so() -> None:
    assert [one.q for one in library.cases() if not one.reason.strip()] == []


def test_known_failures_are_questions_with_a_reason() -> None:
    asked = {one.q for one in library.cases()}
    for failures in library.known_failures().values():
        assert failures.keys() <= asked
        assert all(reason.strip() for reason in failures.values())


def test_a_question_is_spelt_in_every_other_way() -> None:
    assert variants.old_tone_placement("hoà khoẻ Thuỷ hoàn toàn quý") == "hòa khỏe Thủy hoàn toàn quý"
    assert variants.i_for_y("kí Lý quý kỹ mai yêu") == "ký Lí quí kĩ mai yêu"
    assert {"xoá mù", "xóa mù"} <= variants.spellings("xoá mù")
