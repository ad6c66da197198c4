"""Nothing leaks through finding: every engine, every hidden state, every kind of person, every way of asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from media_library import access, worker
from media_library.models import Resource, User
from search import desk, finding, spelling
from search.query import Query
from search.request import FACETS, SearchRequest
from search.results import SearchResults
from tests.leaks.population import (
    MARK,
    STATES,
    World,
    add_draft_over_live,
    build_hidden,
    build_public,
)
from tests.leaks.test_public_routes import INSIDERS, OUTSIDERS
from tests.search.nodes import engine_at, use

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENGINES = ["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
TYPED_WRONG = MARK[:3] + MARK[4] + MARK[3] + MARK[5:]
QUESTIONS = (
    MARK,
    f'"{MARK} tiêu đề"',
    f"{MARK} lời",
    f"{MARK} bản chữ",
    "tiêu đề tóm tắt nội dung",
    TYPED_WRONG,
    "",
)


@pytest.fixture(params=ENGINES)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    if request.param == "database":
        yield build_public()
        return
    with engine_at() as engine:
        use(monkeypatch, engine)
        yield build_public()


def fresh(user: User | None) -> User | None:
    return User.objects.get(pk=user.pk) if user else None


def asked(q: str, user: Any) -> SearchResults:
    return finding.search(SearchRequest(q=q), at=timezone.now(), user=user)


def seen(world: World, person: str) -> dict[str, Any]:
    """Everything that ``person`` gets to see of the library by searching."""
    user, at = fresh(world.people[person]), timezone.now()
    found: dict[str, Any] = {}
    for q in QUESTIONS:
        results = asked(q, user)
        found[f"search {q}"] = (
            results.total,
            [one.resource.pk for one in results.results],
            [(str(one.highlights.title), str(one.highlights.snippet)) for one in results.results],
            {name: [(v.value, v.label, v.count) for v in results.facets[name]] for name in FACETS},
            results.suggestion,
            results.corrected,
            results.loose,
        )
        found[f"desk {q}"] = desk.found(q, user=user, at=at) if q else []
    for prefix in (MARK, MARK[:2], "tiêu", "cơ quan"):
        found[f"suggest {prefix}"] = [one.text for one in finding.suggest(prefix, at=at)]
    found["spelling"] = [spelling.put_right(Query.parse(q)) for q in (TYPED_WRONG, MARK)]
    for one in world.public:
        found[f"similar {one.pk}"] = [other.pk for other in finding.similar(one, at=at)]
    return found


def test_outsiders_find_the_same_without_and_with_the_hidden_world(world: World) -> None:
    before = {person: seen(world, person) for person in OUTSIDERS}
    build_hidden(world)
    for person in OUTSIDERS:
        after = seen(world, person)
        assert {key: after[key] for key in after if after[key] != before[person][key]} == {}
        assert MARK not in str(
            {key: value for key, value in after.items() if not key.endswith(MARK)}.values()
        )


def test_insiders_find_what_is_theirs_at_their_desk_and_nowhere_else(world: World) -> None:
    build_hidden(world)
    hidden = {one.pk for ones in world.hidden.values() for one in ones}
    for person in INSIDERS:
        user = fresh(world.people[person])
        assert set(desk.found(MARK, user=user, at=timezone.now()) or ()) == hidden, person
        results = asked(MARK, user)
        assert results.total == len(hidden), person
        assert all(access.may_view(user, one.resource, timezone.now()) for one in results.results)
        assert [one.text for one in finding.suggest(MARK, at=timezone.now())] == []


def test_a_draft_over_a_public_version_is_found_by_its_agency_only(world: World) -> None:
    resource = add_draft_over_live(world)
    worker.settle()
    for person in OUTSIDERS:
        assert asked(MARK, fresh(world.people[person])).total == 0, person
    for person in INSIDERS:
        user = fresh(world.people[person])
        assert desk.found(MARK, user=user, at=timezone.now()) == [resource.pk], person


@pytest.mark.parametrize("state", STATES)
def test_similar_resources_of_a_hidden_one_are_none_of_anybodys_business(world: World, state: str) -> None:
    """Nobody gets its address; and were it asked for, what is shown is public."""
    hidden = STATES[state](world, "article")
    worker.settle()
    at = timezone.now() + timedelta(seconds=1)
    public = set(Resource.objects.public(at).values_list("pk", flat=True))
    assert {one.pk for one in finding.similar(hidden, at=at)} <= public
