"""The API says the same to everyone, and nothing hidden stands in any part of its answers."""

from __future__ import annotations

from typing import Any

import pytest

from media_library import worker
from media_library.models import Resource
from tests.clients import PlainClient, plain_client
from tests.factories import make_published
from tests.leaks import routes
from tests.leaks.population import (
    MARK,
    STATES,
    UNSWEPT,
    World,
    add_draft_over_live,
    build_hidden,
    build_public,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ABOUT_MANY = ("exchange:search", "exchange:suggest")


@pytest.fixture
def world() -> World:
    return build_public()


def _answers(world: World, client: PlainClient) -> dict[str, Any]:
    urls = [url for name in ABOUT_MANY for url in routes.ABOUT_MANY[name](world)]
    return {url: client.get(url).json() for url in urls}


def test_whoever_asks_is_told_what_everyone_is_told(world: World) -> None:
    build_hidden(world)
    add_draft_over_live(world)
    anonymous = _answers(world, PlainClient())
    for person, user in world.people.items():
        assert _answers(world, plain_client(user)) == anonymous, person


def test_no_part_of_an_answer_holds_a_trace_of_a_hidden_state(world: World) -> None:
    """One state after the other joins what is hidden, and after each the answers are those of the beginning."""
    before = _answers(world, PlainClient())
    for state, make in {**STATES, **UNSWEPT}.items():
        rows = [make(world, kind) for kind in ("article", "photo", "podcast")]
        if state not in UNSWEPT:
            worker.settle()
        _nothing_of(rows, state=state, before=before, after=_answers(world, PlainClient()))


def _nothing_of(rows: list[Resource], *, state: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    for url, answer in after.items():
        if state in UNSWEPT:
            # Its words were everyone's until a moment ago: they help to spell until the scheduler comes by.
            answer.pop("suggestion", None)
            before[url].pop("suggestion", None)
        assert answer == before[url], (state, url)
        # Another wording repeats what was typed; nothing else may hold the mark.
        repeated = {"suggestion": None} if MARK in url else {}
        assert MARK not in str({**answer, **repeated}), (state, url)
    asked = after[f"/api/v1/search?q={MARK}&lang=vi"]
    assert (asked["total"], asked["results"], asked["corrected"]) == (0, [], None)
    assert asked.get("suggestion") is None
    assert all(one["count"] == 0 for values in asked["facets"].values() for one in values)
    _every_id_is_elsewhere(after, rows)


def _every_id_is_elsewhere(answers: dict[str, Any], rows: list[Resource]) -> None:
    text = str(answers)
    assert not [row.public_id for row in rows if row.public_id in text or row.slug in text]


def test_the_comparison_notices_what_is_public(world: World) -> None:
    before = _answers(world, PlainClient())
    make_published(agency=world.owner, title=f"{MARK} công khai")
    worker.settle()
    after = _answers(world, PlainClient())
    asked = f"/api/v1/search?q={MARK}&lang=vi"
    assert (before[asked]["total"], after[asked]["total"]) == (0, 1)
    assert f"<mark>{MARK}</mark>" in after[asked]["results"][0]["highlights"]["title"]
    assert {"article"} == {one["value"] for one in after[asked]["facets"]["kind"]}
