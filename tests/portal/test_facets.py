"""Facets of the search page: their order, the tree of topics, and what is folded away."""

from __future__ import annotations

import pytest

from cms.portal.facets import FIRST, branched, facets_of
from media_library.models import Topic
from search.request import SearchRequest
from search.results import FacetValue, SearchResults

pytestmark = pytest.mark.django_db


def _value(code: str, count: int = 1, *, selected: bool = False) -> FacetValue:
    return FacetValue(code, code.upper(), count, selected)


def _facets(**facets: list[FacetValue]) -> dict[str, object]:
    return {one.name: one for one in facets_of(SearchResults(request=SearchRequest(), facets=facets))}


def test_a_topic_stands_below_its_parent_and_brothers_keep_their_order() -> None:
    values = [_value("skills", 9), _value("safety", 7), _value("change", 5), _value("data", 2)]
    above = {"safety": "change", "skills": "change"}
    placed = branched(values, above)
    assert [(one.value, one.level, one.under) for one in placed] == [
        ("change", 0, ""),
        ("skills", 1, "CHANGE"),
        ("safety", 1, "CHANGE"),
        ("data", 0, ""),
    ]


def test_a_topic_whose_parent_is_not_offered_stands_below_the_next_above() -> None:
    placed = branched([_value("leaf"), _value("root")], {"leaf": "middle", "middle": "root"})
    assert [(one.value, one.level) for one in placed] == [("root", 0), ("leaf", 1)]


@pytest.mark.parametrize("above", [{"a": "b", "b": "a"}, {"a": "a"}, {"a": "x", "x": "y", "y": "x"}])
def test_a_ring_of_topics_loses_none(above: dict[str, str]) -> None:
    assert sorted(one.value for one in branched([_value("a"), _value("b")], above)) == ["a", "b"]


def test_facets_with_one_choice_stand_together_under_their_own_names() -> None:
    found = _facets(english=[_value("yes")], captions=[_value("yes")], commercial=[_value("yes")])
    assert list(found) == ["only"]
    assert [one.name for one in found["only"].first] == ["commercial", "captions", "english"]


def test_the_most_useful_facets_come_first_and_empty_ones_not_at_all() -> None:
    found = _facets(campaign=[_value("c")], year=[], topic=[_value("t")], kind=[_value("k")])
    assert list(found) == ["kind", "topic", "campaign"]


def test_lengths_rise_whatever_their_counts() -> None:
    values = [_value("long", 9), _value("short", 5), _value("medium", 1)]
    assert [one.value for one in _facets(duration=values)["duration"].first] == ["short", "medium", "long"]


def test_only_a_long_list_of_agencies_is_searched() -> None:
    few, many = [[_value(f"a{n}") for n in range(size)] for size in (FIRST, FIRST + 1)]
    assert not _facets(agency=few)["agency"].searchable
    facet = _facets(agency=many)["agency"]
    assert facet.searchable and len(facet.first) == FIRST and len(facet.more) == 1


def test_a_branch_of_topics_is_not_cut_in_two() -> None:
    values = [_value(f"t{n}") for n in range(FIRST - 1)] + [_value("child-1"), _value("child-2"), _value("z")]
    above = {"child-1": f"t{FIRST - 2}", "child-2": f"t{FIRST - 2}"}
    for slug in {one.value for one in values}:
        Topic.objects.create(name=slug, slug=slug)
    for slug, parent in above.items():
        Topic.objects.filter(slug=slug).update(parent=Topic.objects.get(slug=parent))
    facet = _facets(topic=values)["topic"]
    assert [one.value for one in facet.more] == ["z"]


def test_what_is_folded_away_is_open_where_something_in_it_is_chosen() -> None:
    values = [_value(f"a{n}") for n in range(FIRST)] + [_value("last", selected=True)]
    assert _facets(agency=values)["agency"].more_open
