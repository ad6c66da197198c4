"""What callers get where Elasticsearch answers: nothing hidden though its index lags, pages that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import publishing
from media_library.models import Resource
from search import desk, finding, indexing
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.models import PendingChange
from search.request import SearchRequest
from search.results import SearchResults
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]
Look = Callable[..., SearchResults]


def test_a_change_reaches_both_engines(library: Look, answers: ElasticsearchEngine) -> None:
    resource = factories.make_published(title="Cẩm nang chữ ký số")
    results = library("chu ky so")
    assert [one.resource for one in results.results] == [resource]
    assert not results.simpler
    assert not PendingChange.objects.exists()


@pytest.mark.parametrize("act", ["withdraw", "expire", "unpublish", "embargo", "delete"])
def test_what_is_taken_back_is_counted_nowhere_before_the_index_hears_of_it(
    library: Look, answers: ElasticsearchEngine, act: str
) -> None:
    topic = factories.topic("du-lieu-mo", "Dữ liệu mở")
    gone = factories.make_published("video", title="Dữ liệu mở một", topics=[topic])
    kept = factories.make_published("article", title="Dữ liệu mở hai", topics=[topic])
    assert library("dữ liệu mở").total == 2
    now = timezone.now()
    row = Resource.objects.filter(pk=gone.pk)
    if act == "withdraw":
        publishing.withdraw(resource=gone, by=factories.make_lead(), reason="Sai.", at=now)
    else:
        # Whoever changes rows says so in the same transaction; the worker has not come yet.
        indexing.note(resource_ids=[gone.pk], at=now)
        fields = {
            "expire": {"expire_at": now},
            "unpublish": {"live": False},
            "embargo": {"embargo_until": now + timedelta(days=1)},
        }
        if act == "delete":
            row.delete()
        else:
            row.update(**fields[act])
    for q in ("dữ liệu mở", "", '"dữ liệu mở"'):
        results = library(q, drain=False)
        assert [one.resource for one in results.results] == [kept]
        assert results.total == 1
        assert [(one.value, one.count) for one in results.facets["kind"]] == [("article", 1)]
        assert [(one.value, one.count) for one in results.facets["topic"]] == [("du-lieu-mo", 1)]
    now = timezone.now()
    assert [one.text for one in finding.suggest("dữ liệu mở m", at=now)] == []
    assert finding.similar(kept, at=now) == []


def test_an_embargo_ends_and_an_expiry_falls_at_its_second(
    library: Look, answers: ElasticsearchEngine
) -> None:
    """Nobody writes to the index at these moments: it knows them beforehand."""
    soon = timezone.now() + timedelta(hours=1)
    opens = factories.make_published(title="Sắp công bố", embargo_until=soon)
    ends = factories.make_published(title="Sắp hết hạn", expire_at=soon)
    indexing.drain(timezone.now())

    def found(moment: timedelta) -> list[Resource]:
        results = finding.search(SearchRequest(q="sắp"), at=soon + moment)
        return [one.resource for one in results.results]

    assert found(timedelta(milliseconds=-1)) == [ends]
    assert found(timedelta()) == [opens]


def test_a_draft_is_found_by_its_agency_and_nobody_else(library: Look, answers: ElasticsearchEngine) -> None:
    draft = factories.make_resource(title="Bản thảo kín đáo")
    indexing.note(resource_ids=[draft.pk], at=timezone.now())
    indexing.drain(timezone.now())
    own = factories.make_communicator(agency=draft.agency)
    other = factories.make_communicator(agency=factories.make_agency())
    now = timezone.now()
    for user, expected in ((own, [draft.pk]), (factories.make_lead(), [draft.pk]), (other, []), (None, [])):
        assert desk.found("thảo kín", user=user, at=now) == expected
        results = finding.search(SearchRequest(q="thảo kín"), at=now, user=user)
        assert [one.resource.pk for one in results.results] == expected
        assert results.total == len(expected)


def test_pages_hold_still_while_the_library_changes(library: Look, answers: ElasticsearchEngine) -> None:
    agency = factories.make_agency()
    for number in range(9):
        factories.make_published(agency=agency, title=f"Kỹ năng số {number}")
    indexing.drain(timezone.now())
    request = SearchRequest(q="kỹ năng số")
    first = finding.search(request, at=timezone.now(), size=3)
    second = finding.search(replace(request, after=first.next or ""), at=timezone.now(), size=3)
    for _new in range(3):
        factories.make_published(agency=agency, title="Kỹ năng số mới")
    indexing.drain(timezone.now())
    third = finding.search(replace(request, after=second.next or ""), at=timezone.now(), size=3)
    seen = [one.resource.title for page in (first, second, third) for one in page.results]
    assert len(set(seen)) == 9
    assert not any("mới" in title for title in seen)
    assert third.next is None


def test_a_page_of_another_engine_begins_anew(
    library: Look, answers: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = factories.make_agency()
    for number in range(5):
        factories.make_published(agency=agency, title=f"Kỹ năng số {number}")
    first = library("kỹ năng", size=3)
    monkeypatch.undo()
    again = finding.search(SearchRequest(q="kỹ năng", after=first.next or ""), at=timezone.now(), size=3)
    assert [notice.parameter for notice in again.notices] == ["after"]
    assert len(again.results) == 3


def test_the_same_number_of_queries_for_two_results_and_for_twelve(
    library: Look, answers: ElasticsearchEngine
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert library("kỹ năng", drain=False).total
        return len(captured)

    agency = factories.make_agency()
    for number in range(12):
        factories.make_published("video", agency=agency, title=f"Kỹ năng số {number}")
        if number == 3:
            indexing.drain(timezone.now())
            few = queries()
    indexing.drain(timezone.now())
    assert queries() <= few <= 20
