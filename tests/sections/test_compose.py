"""Properties of the composition that hold for every rule, every pin and every set of candidates."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.sections.compose import Candidate, CentralPin, Order, Pin, Rule, Why, compose, matches
from media_library import access

AT = datetime(2026, 10, 10, 8, tzinfo=UTC)
KINDS = ("video", "podcast", "article")
moments = st.integers(-50, 50).map(lambda hours: AT + timedelta(hours=hours))
maybe_moment = st.none() | moments
ids = st.frozensets(st.integers(1, 4), max_size=3)


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 60),
        kind=st.sampled_from(KINDS),
        language=st.sampled_from(("vi", "en")),
        agency=st.integers(1, 4),
        published_at=moments,
        campaign=st.none() | st.integers(1, 3),
        audiences=ids,
        topics=ids,
        uses=st.integers(0, 3),
        live=st.booleans(),
        withdrawn_at=st.none() | st.just(AT),
        embargo_until=maybe_moment,
        expire_at=maybe_moment,
    ),
    unique_by=lambda offered: offered.id,
    max_size=25,
)
rules = st.builds(
    Rule,
    kinds=st.frozensets(st.sampled_from(KINDS), max_size=2),
    audiences=ids,
    topics=ids,
    campaigns=st.frozensets(st.integers(1, 3), max_size=1),
    agencies=ids,
    languages=st.frozensets(st.sampled_from(("vi", "en")), max_size=1),
    order=st.sampled_from(Order),
    limit=st.integers(1, 50),
)
pin_lists = st.lists(st.builds(Pin, st.integers(1, 60), maybe_moment), max_size=8)


@given(rules, pin_lists, candidates)
def test_nothing_hidden_nothing_twice_and_never_too_many(
    rule: Rule, pins: list[Pin], offered: list[Candidate]
) -> None:
    by_id = {each.id: each for each in offered}
    shown = [place.resource_id for place in compose(rule=rule, pins=pins, candidates=offered, at=AT)]
    assert len(shown) == len(set(shown)) <= rule.limit
    assert all(by_id[key].is_public(AT) for key in shown)


@given(rules, pin_lists, candidates)
def test_pins_that_hold_come_first_in_their_order_and_the_rest_fits_the_rule(
    rule: Rule, pins: list[Pin], offered: list[Candidate]
) -> None:
    by_id = {each.id: each for each in offered}
    places = compose(rule=rule, pins=pins, candidates=offered, at=AT)
    holding = [pin.resource_id for pin in pins if pin.holds(AT)]
    expected = [key for key in dict.fromkeys(holding) if key in by_id and by_id[key].is_public(AT)]
    pinned = [place.resource_id for place in places if place.why is Why.PINNED]
    assert set(pinned) == set(expected[: rule.limit]) or len(expected) > rule.limit
    assert [place.why for place in places] == sorted((place.why for place in places), key=list(Why).index)
    assert all(matches(rule, by_id[place.resource_id]) for place in places if place.why is Why.SELECTED)


@given(rules, pin_lists, candidates)
def test_what_fits_is_left_out_only_where_the_section_is_full(
    rule: Rule, pins: list[Pin], offered: list[Candidate]
) -> None:
    places = compose(rule=rule, pins=pins, candidates=offered, at=AT)
    shown = {place.resource_id for place in places}
    left_out = [
        each for each in offered if each.is_public(AT) and matches(rule, each) and each.id not in shown
    ]
    assert not left_out or len(places) == rule.limit


@given(rules, pin_lists, candidates, st.randoms())
def test_the_order_in_which_candidates_are_offered_changes_nothing(
    rule: Rule, pins: list[Pin], offered: list[Candidate], chance: random.Random
) -> None:
    shuffled = list(offered)
    chance.shuffle(shuffled)
    assert compose(rule=rule, pins=pins, candidates=offered, at=AT) == compose(
        rule=rule, pins=pins, candidates=shuffled, at=AT
    )


@given(candidates)
def test_newest_is_newest_first_and_most_used_most_used_first(offered: list[Candidate]) -> None:
    by_id = {each.id: each for each in offered}
    newest = compose(rule=Rule(limit=50), pins=[], candidates=offered, at=AT)
    times = [by_id[place.resource_id].published_at for place in newest]
    assert times == sorted(times, reverse=True)
    used = compose(rule=Rule(order=Order.MOST_USED, limit=50), pins=[], candidates=offered, at=AT)
    counts = [by_id[place.resource_id].uses for place in used]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=300)
@given(st.booleans(), st.none() | st.just(AT), maybe_moment, maybe_moment)
def test_public_means_here_what_it_means_to_the_library(
    live: bool, withdrawn: Any, embargo: Any, expiry: Any
) -> None:
    facts = {"live": live, "withdrawn_at": withdrawn, "embargo_until": embargo, "expire_at": expiry}
    here = Candidate(id=1, kind="video", language="vi", agency=1, published_at=AT, **facts)
    row: Any = SimpleNamespace(**facts)
    assert here.is_public(AT) == access.is_public(row, AT)


def test_of_ten_thousand_candidates_each_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = [
        Candidate(
            id=number,
            kind=KINDS[number % 3],
            language="vi",
            agency=number % 60,
            published_at=AT - timedelta(minutes=number),
            topics=frozenset({number % 9}),
        )
        for number in range(10_000)
    ]
    looked, is_public = [], Candidate.is_public

    def counted(candidate: Candidate, at: datetime) -> bool:
        looked.append(candidate.id)
        return is_public(candidate, at)

    monkeypatch.setattr(Candidate, "is_public", counted)
    rule = Rule(kinds=frozenset({"video"}), topics=frozenset({1, 2, 3}), limit=50)
    assert len(compose(rule=rule, pins=[Pin(77)], candidates=offered, at=AT)) == 50
    assert len(looked) <= len(offered) + 1


central_lists = st.lists(
    st.builds(CentralPin, st.integers(1, 60), maybe_moment, maybe_moment, mandatory=st.booleans()), max_size=5
)
full_rules = st.builds(
    replace, rules, mixed=st.booleans(), filled=st.booleans(), since=maybe_moment, before=maybe_moment
)
key_sets = st.frozensets(st.integers(1, 60), max_size=10)


@given(full_rules, pin_lists, central_lists, key_sets, candidates)
def test_on_two_levels(
    rule: Rule,
    pins: list[Pin],
    central: list[CentralPin],
    excluded: frozenset[int],
    offered: list[Candidate],
) -> None:
    by_id = {each.id: each for each in offered}
    places = compose(rule=rule, pins=pins, central=central, excluded=excluded, candidates=offered, at=AT)
    shown = [place.resource_id for place in places]
    public = {each.id for each in offered if each.is_public(AT)}
    assert len(shown) == len(set(shown)) <= rule.limit and set(shown) <= public
    assert shown or not public - excluded, "empty only where nothing is left to show"
    must = dict.fromkeys(pin.resource_id for pin in central if pin.mandatory and pin.holds(AT))
    expected = [key for key in must if key in public][: rule.limit]
    assert shown[: len(expected)] == expected, "what is mandatory comes first, excluded or not"
    own = {pin.resource_id for pin in pins}
    kept_out = {place.resource_id for place in places if place.resource_id in excluded}
    assert kept_out <= own | set(must), "what is left out stays out, unless the agency itself pinned it"
    assert [list(Why).index(place.why) for place in places] == sorted(
        list(Why).index(place.why) for place in places
    )
    filled = [place for place in places if place.why is Why.FILLED]
    assert rule.filled or not filled or len(filled) == len(places), "filled up where asked for, or empty"
    assert all(matches(rule, by_id[place.resource_id]) for place in places if place.why is Why.SELECTED)


@given(st.sampled_from(Order), st.integers(1, 50), candidates, st.randoms())
def test_mixing_draws_forward_what_is_there_and_depends_on_no_order(
    order: Order, limit: int, some: list[Candidate], chance: random.Random
) -> None:
    mixed = Rule(order=order, limit=limit, mixed=True)
    open_to_all = {"live": True, "withdrawn_at": None, "embargo_until": None, "expire_at": None}
    offered = [replace(each, **open_to_all) for each in some]
    by_id = {each.id: each for each in offered}
    places = compose(rule=mixed, pins=[], candidates=offered, at=AT)
    shuffled = list(offered)
    chance.shuffle(shuffled)
    assert compose(rule=mixed, pins=[], candidates=shuffled, at=AT) == places
    shown = [by_id[place.resource_id] for place in places]
    for number in range(2, len(shown)):
        three = shown[number - 2 : number + 1]
        if len({each.agency for each in three}) == 1 or len({each.kind for each in three}) == 1:
            left = [by_id[key] for key in by_id.keys() - {each.id for each in shown[:number]}]
            assert not [
                each
                for each in left
                if len({one.agency for one in (*three[:2], each)}) > 1
                and len({one.kind for one in (*three[:2], each)}) > 1
            ], "a third of one kind or agency stands only where nothing else is left"


def test_a_pin_of_the_city_holds_for_its_time() -> None:
    pin = CentralPin(1, until=AT + timedelta(hours=1), since=AT)
    assert [pin.holds(AT + timedelta(hours=hours)) for hours in (-1, 0, 1)] == [False, True, False]
