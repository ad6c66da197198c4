"""The request: parsed once, never an exception, and the same address for the same question."""

from __future__ import annotations

import contextlib

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search import cursor
from search.request import FACETS, LONGEST_QUERY, MOST_CHOICES, NAMES, Notice, SearchRequest


def parse(query_string: str, lang: str = "vi") -> tuple[SearchRequest, list[Notice]]:
    return SearchRequest.parse(QueryDict(query_string), lang)


def about(notices: list[Notice]) -> list[str]:
    return [notice.parameter for notice in notices]


def test_every_parameter_is_read() -> None:
    request, notices = parse(
        "q=ho+so&kind=video&kind=photo&audience=citizens&topic=stem&agency=SO-02&campaign=18-5"
        "&year=2026&language=en&licence=cc0-1.0&captions=1&sort=newest&after=abc"
    )
    assert notices == []
    assert request.kind == ("photo", "video")
    assert request.filters == {
        "kind": ("photo", "video"),
        "audience": ("citizens",),
        "topic": ("stem",),
        "agency": ("SO-02",),
        "campaign": ("18-5",),
        "year": ("2026",),
        "language": ("en",),
        "licence": ("cc0-1.0",),
        "captions": ("yes",),
    }
    assert (request.q, request.sort, request.after) == ("ho so", "newest", "abc")


def test_an_unknown_parameter_is_ignored_with_a_notice() -> None:
    request, notices = parse("q=a&utm_source=zalo&page=3")
    assert about(notices) == ["utm_source", "page"]
    assert "utm_source" in str(notices[0])
    assert request == SearchRequest(q="a")


@pytest.mark.parametrize(
    "bad",
    [
        "kind=film",
        "year=19x6",
        "year=99999",
        "year=²⁰²⁶",
        "language=fr",
        "licence=free",
        "captions=maybe",
        "sort=best",
        "topic=a%20b",
        "agency=%3Cscript%3E",
        "after=%F0%9F%99%82",
        "campaign=" + "x" * 500,
        "after=" + "A" * 5000,
    ],
)
def test_a_value_that_cannot_be_is_left_out_with_a_notice(bad: str) -> None:
    request, notices = parse(f"{bad}&q=a")
    assert about(notices) == [bad.partition("=")[0]]
    assert request == SearchRequest(q="a")


def test_words_are_limited_cleaned_and_told() -> None:
    request, notices = parse("q=" + "dài+" * 200)
    assert len(request.q) <= LONGEST_QUERY
    assert about(notices) == ["q"]
    assert parse("q=%00+a%0a%09b%E2%80%AE++c")[0].q == "a b c"
    assert parse("q=mot&q=hai")[0].q == "mot hai"
    assert parse("q=  ")[0].q == ""


def test_choices_are_limited_and_told() -> None:
    request, notices = parse("&".join(f"topic=t{n}" for n in range(50)))
    assert len(request.topic) == MOST_CHOICES
    assert about(notices) == ["topic"]
    assert parse("topic=&kind=+")[0] == SearchRequest()


names = st.one_of(st.sampled_from([*NAMES, "x"]), st.text(max_size=10))
values = st.one_of(st.text(max_size=30), st.sampled_from(["video", "2026", "newest", "vi", "1", "stem"]))


@given(st.dictionaries(names, st.lists(values, max_size=4), max_size=8), st.text(max_size=4))
def test_nothing_that_is_sent_raises_and_the_address_comes_back_the_same(
    sent: dict[str, list[str]], lang: str
) -> None:
    request, _notices = SearchRequest.parse(sent, lang)
    again, notices = SearchRequest.parse(QueryDict(request.query_string()), request.lang)
    assert again == request
    assert notices == []
    assert again.query_string() == request.query_string()


@given(st.text(max_size=40))
def test_a_forged_place_is_refused_and_nothing_else_happens(after: str) -> None:
    request, _notices = SearchRequest.parse({"q": "a", "after": after}, "vi")
    with contextlib.suppress(cursor.BadCursor):
        assert cursor.read(request) is None


@given(
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**62), 2**62)),
    st.integers(0, 2**62),
)
def test_a_place_comes_back_exactly(value: float, pk: int) -> None:
    request = SearchRequest(q="hồ sơ", kind=("video",))
    place = cursor.Place("database", (value, pk))
    there = request.with_(after=cursor.write(request, place))
    parsed, notices = SearchRequest.parse(QueryDict(there.query_string()), "vi")
    assert notices == []
    assert cursor.read(parsed) == place
    other = parsed.with_(topic="stem", after=parsed.after)
    with pytest.raises(cursor.BadCursor):
        cursor.read(other)


def test_links_add_and_take_away_choices_and_go_back_to_the_first_page() -> None:
    request = SearchRequest(q="a", kind=("video",), after="abc")
    assert request.with_(kind="photo").query_string() == "q=a&kind=photo&kind=video"
    assert request.without(kind="video").query_string() == "q=a"
    assert request.without("q").query_string() == "kind=video"
    assert request.with_(sort="newest").query_string() == "q=a&kind=video&sort=newest"
    assert request.with_(after="x").query_string() == "q=a&kind=video&after=x"
    assert request.with_(year=2026).year == ("2026",)
    assert SearchRequest().query_string() == ""


def test_without_words_the_newest_come_first() -> None:
    assert SearchRequest().effective_sort == "newest"
    assert SearchRequest(q="a").effective_sort == "relevance"


def test_every_facet_is_a_parameter() -> None:
    assert set(FACETS) < set(NAMES)
