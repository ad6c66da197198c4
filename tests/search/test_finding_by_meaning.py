"""What a search finds by meaning as well: marked so, in its place, and never of what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from media_library.models import Resource
from search import finding, indexing
from search.models import Passage
from search.request import SearchRequest
from search.results import SearchResults
from tests import factories
from tests.search.fakes import HashedWords

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Look = Callable[..., SearchResults]


@pytest.fixture
def means(meaning_on: HashedWords) -> Callable[[Resource, str], None]:
    """Let a resource mean what a question asks, whatever its words."""

    def mean(resource: Resource, question: str) -> None:
        values = meaning_on.question(question)
        Passage.objects.create(key=resource.pk, number=0, digest=values.hex()[:32], vector=values)

    return mean


def names(results: SearchResults) -> list[str]:
    return [one.resource.title for one in results.results]


def test_what_means_it_is_found_without_any_of_the_words_and_marked_so(
    library: Look, means: Callable[[Resource, str], None]
) -> None:
    worded = factories.make_published(title="Ví điện tử")
    meant = factories.make_published(title="Trả tiền bằng điện thoại")
    factories.make_published(title="Trồng cây gây rừng")
    means(meant, "ví điện tử")
    found = library("ví điện tử")
    assert names(found) == [worded.title, meant.title]
    assert [one.by_meaning for one in found.results] == [False, True]
    assert found.total == 2
    assert sum(value.count for value in found.facets["kind"]) == 2


def test_the_same_question_without_accents_means_the_same(
    library: Look, means: Callable[[Resource, str], None]
) -> None:
    factories.make_published(title="Ví điện tử")
    meant = factories.make_published(title="Trả tiền bằng điện thoại")
    means(meant, "ví điện tử")
    assert names(library("vi dien tu")) == ["Ví điện tử", meant.title]


def test_meaning_alone_answers_where_no_word_is_found(
    library: Look, means: Callable[[Resource, str], None]
) -> None:
    meant = factories.make_published(title="Trả tiền bằng điện thoại")
    means(meant, "cashless payment at market")
    assert names(library("cashless payment at market")) == [meant.title]
    assert names(library("xyzzy plugh")) == []


def test_choices_and_other_orders_hold(library: Look, means: Callable[[Resource, str], None]) -> None:
    worded = factories.make_published(title="Ví điện tử")
    meant = factories.make_published("video", title="Trả tiền bằng điện thoại")
    means(meant, "ví điện tử")
    assert names(library("ví điện tử", kind=("video",))) == [meant.title]
    assert names(library("ví điện tử", sort="newest")) == [worded.title], "other orders are of words alone"


@pytest.mark.parametrize("state", ["embargoed", "expired", "withdrawn", "resource", "scheduled"])
def test_what_is_hidden_is_not_found_by_meaning_either(
    library: Look, means: Callable[[Resource, str], None], state: str
) -> None:
    hidden = getattr(factories, f"make_{state}")(title="Điều bí mật")
    indexing.note(resource_ids=[hidden.pk], at=timezone.now())
    indexing.drain(timezone.now())
    means(hidden, "ví điện tử")
    found = library("ví điện tử")
    assert (found.total, names(found)) == (0, [])


def test_what_expires_is_gone_at_its_second(library: Look, means: Callable[[Resource, str], None]) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    means(factories.make_published(title="Sắp hết hạn", expire_at=soon), "ví điện tử")
    assert library("ví điện tử").total == 1
    assert finding.search(SearchRequest(q="ví điện tử"), at=soon).total == 0


def test_pages_hold_every_hit_once(library: Look, means: Callable[[Resource, str], None]) -> None:
    agency = factories.make_agency()
    for number in range(6):
        factories.make_published(agency=agency, title=f"Ví điện tử {number}")
    for number in range(4):
        means(factories.make_published(agency=agency, title=f"Khác hẳn {number}"), "ví điện tử")
    whole = names(library("ví điện tử", size=20))
    page, seen = library("ví điện tử", size=3), []
    while True:
        seen += names(page)
        if page.next is None:
            break
        page = library("ví điện tử", size=3, after=page.next)
    assert (seen, len(set(whole))) == (whole, 10)


def test_what_means_the_same_is_among_the_similar(
    library: Look, means: Callable[[Resource, str], None]
) -> None:
    one = factories.make_published(title="Ví điện tử")
    meant = factories.make_published(title="Trả tiền bằng điện thoại")
    for number in range(6):
        factories.make_published(title=f"Ví điện tử số {number}", summary="Ví điện tử.")
    for resource in (one, meant):
        means(resource, "ví điện tử")
    library("")
    assert meant in finding.similar(one, at=timezone.now())


def test_a_model_that_cannot_be_loaded_changes_nothing(library: Look, meaning_on: HashedWords) -> None:
    factories.make_published(title="Ví điện tử")
    meaning_on.broken = True
    assert names(library("ví điện tử")) == ["Ví điện tử"]


def test_words_alone_are_asked_where_the_setting_is_off(
    library: Look, meaning_on: HashedWords, settings: Any
) -> None:
    factories.make_published(title="Ví điện tử")
    library("ví điện tử")
    settings.SEARCH_MEANING = False
    meaning_on.broken = True
    assert names(library("ví điện tử", drain=False)) == ["Ví điện tử"]
