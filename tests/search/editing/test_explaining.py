"""Editors are told why a result stands where it does, others nothing, and nothing of what is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from search import engines, explaining, finding, indexing
from search.engines.database.engine import make
from search.explaining import BOOST, NOTE, TOTAL, WORD, Part, explain
from search.models import Clicked, Pick
from search.request import SearchRequest
from tests.factories import (
    make_agency,
    make_communicator,
    make_lead,
    make_published,
    make_resource,
    make_user,
)
from tests.search.documents import ask
from tests.search.fakes import FlakyEngine

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
REQUEST = SearchRequest(q="học bạ số")


def rows(parts: list[Part], kind: str) -> dict[str, float]:
    return {part.label: part.value for part in parts if part.kind == kind}


def test_the_rows_add_up_to_the_score_by_which_results_are_ordered() -> None:
    now = timezone.now()
    new = make_published(title="Sổ tay học bạ số")
    old = make_published(title="Học bạ số ở trường", at=now - timedelta(days=400))
    for number in range(6):
        make_published(title=f"Bản tin {number}")
    Clicked.objects.create(resource_id=old.pk, day=timezone.localdate(now), times=200)
    now = timezone.now()
    indexing.note(resource_ids=[old.pk], at=now)
    indexing.drain(now)
    request = SearchRequest(q="hoc ba")
    told = explain(request, [new.pk, old.pk], at=now, user=make_lead())
    query, _restored = finding.understood(request)
    asked = replace(ask("hoc ba", at=now), query=query)
    scores = {hit.id: hit.score for hit in engines.engine().search(asked).hits}
    for pk, parts in told.items():
        (total,) = rows(parts, TOTAL).values()
        assert total == pytest.approx(scores[pk], rel=1e-2)
        assert total == pytest.approx(sum({**rows(parts, WORD), **rows(parts, BOOST)}.values()))
    fresh, stale = (rows(told[pk], BOOST) for pk in (new.pk, old.pk))
    assert fresh["Độ mới"] > stale["Độ mới"] * 1.5
    assert stale["Được dùng"] > fresh["Được dùng"] == 0


def test_a_pick_and_a_hit_without_the_words_are_told() -> None:
    chosen = make_published(title="Hỏi đáp")
    Pick.objects.create(question="ngua van", resource=chosen)
    indexing.drain(timezone.now())
    (parts,) = explain(SearchRequest(q="ngựa vằn"), [chosen.pk], at=timezone.now(), user=make_lead()).values()
    notes = list(rows(parts, NOTE))
    assert "vị trí 1" in notes[0] and "theo nghĩa" in notes[1]


def test_only_staff_is_told_and_nothing_of_what_they_may_not_see() -> None:
    agency = make_agency()
    public = make_published(title="Học bạ số")
    own = make_resource(title="Học bạ số nháp", agency=agency)
    hidden = make_resource(title="Học bạ số kín")
    indexing.drain(timezone.now())
    keys = [public.pk, own.pk, -own.pk, hidden.pk, -hidden.pk, -public.pk, 987654, 0]
    member = make_communicator(agency)
    for user, seen in (
        (None, set()),
        (AnonymousUser(), set()),
        (make_user(), set()),
        (member, {public.pk, -own.pk}),
        (make_lead(), {public.pk, -own.pk, -hidden.pk, -public.pk}),
    ):
        assert set(explain(REQUEST, keys, at=timezone.now(), user=user)) == seen


def test_an_engine_that_is_down_explains_nothing_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = make_published(title="Học bạ số")
    indexing.drain(timezone.now())
    monkeypatch.setattr(engines, "engine", lambda: FlakyEngine(make(), failures=99))
    assert explain(REQUEST, [resource.pk], at=timezone.now(), user=make_lead()) == {}
    monkeypatch.setattr(engines, "simpler", make)
    assert set(explain(REQUEST, [resource.pk], at=timezone.now(), user=make_lead())) == {resource.pk}


@pytest.mark.parametrize("q", ["", "?!", "a " * 5000, '"'])
def test_no_question_breaks_it(q: str) -> None:
    resource = make_published()
    assert explain(SearchRequest(q=q[:300]), [resource.pk], at=timezone.now(), user=make_lead()) is not None


def test_more_results_than_a_page_are_not_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make_agency()
    keys = [make_published(title="Học bạ số", agency=agency).pk for _n in range(3)]
    indexing.drain(timezone.now())
    monkeypatch.setattr(explaining, "MOST", 2)
    assert set(explain(REQUEST, keys, at=timezone.now(), user=make_lead())) == set(keys[:2])
