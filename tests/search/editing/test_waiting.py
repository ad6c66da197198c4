"""What waits for the indexes, what failed for good, and another try for it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import indexing
from search.editing.waiting import PAGE
from search.models import PendingChange
from tests.factories import make_published
from tests.search.editing.screens import address, as_lead, said

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def pending(resource_id: int, *, dead: bool = False, **fields: Any) -> PendingChange:
    now = timezone.now()
    fields.setdefault("engine", "database")
    fields.setdefault("changed_at", now)
    return PendingChange.objects.create(
        resource_id=resource_id, token=uuid.uuid4(), due_at=now + timedelta(hours=1), dead=dead, **fields
    )


@pytest.fixture
def empty_outbox() -> None:
    PendingChange.objects.all().delete()


def dead(number: int = 1, problem: str = "ValueError: no") -> list[PendingChange]:
    return [pending(10**6 + n, dead=True, attempts=8, problem=problem) for n in range(number)]


def alive() -> set[int]:
    return set(PendingChange.objects.filter(dead=False).values_list("pk", flat=True))


@pytest.mark.usefixtures("empty_outbox")
def test_an_empty_outbox_says_so() -> None:
    page = as_lead().get(address("waiting")).content.decode()
    assert "Không có gì hỏng" in page
    assert "database" in page


@pytest.mark.usefixtures("empty_outbox")
def test_each_engine_shows_how_many_wait_and_since_when() -> None:
    old = timezone.now() - timedelta(hours=3)
    older = old - timedelta(hours=1)
    pending(1, changed_at=old), pending(2), pending(3, dead=True, changed_at=older)
    pending(1, engine="other")
    first, other = indexing.queues()
    assert (first.engine, first.waiting, first.oldest, first.dead) == ("database", 2, old, 1)
    assert first.unheard == older
    assert (other.engine, other.waiting, other.dead) == ("other", 1, 0)


def test_a_failed_change_names_its_resource_and_why_in_plain_words() -> None:
    resource = make_published(title="Sổ tay")
    PendingChange.objects.all().delete()
    pending(resource.pk, dead=True, attempts=8, problem="Unavailable: [Errno 111] <b>refused</b>")
    pending(987654, dead=True, attempts=9, problem="ValueError: lone surrogate")
    page = as_lead().get(address("waiting")).content.decode()
    for told in ("Sổ tay", "không trả lời", "không còn nữa", "không nhận được", "&lt;b&gt;refused"):
        assert told in page, told


@pytest.mark.usefixtures("empty_outbox")
def test_one_the_chosen_ones_or_all_are_tried_again() -> None:
    rows = [row.pk for row in dead(5)]
    client = as_lead()
    assert "1 thay đổi" in said(client.post(address("waiting"), {"again": rows[0]}, follow=True))
    assert alive() == {rows[0]}
    client.post(address("waiting"), {"id": rows[1:3]})
    assert alive() == set(rows[:3])
    question = client.get(address("waiting", "all_again")).content.decode()
    assert "2 thay đổi" in question
    assert alive() == set(rows[:3]), "asking changes nothing"
    client.post(address("waiting", "all_again"))
    assert alive() == set(rows)
    row = PendingChange.objects.get(pk=rows[0])
    assert (row.attempts, row.lease_until) == (0, None)
    assert row.due_at <= timezone.now()


@pytest.mark.usefixtures("empty_outbox")
@pytest.mark.parametrize("sent", ["", "x", "-1", "٣", "9" * 30, str(2**63)])
def test_a_key_that_is_none_tries_nothing(sent: str) -> None:
    dead(2)
    client = as_lead()
    answer = client.post(address("waiting"), {"again": sent, "id": [sent]}, follow=True)
    assert "không có gì để thử lại" in said(answer).lower()
    assert alive() == set()
    assert client.get(address("waiting"), {"after": sent}).status_code == 200


@pytest.mark.usefixtures("empty_outbox")
def test_what_is_tried_again_is_indexed_by_the_next_drain() -> None:
    resource = make_published()
    PendingChange.objects.update(dead=True, attempts=8)
    indexing.drain(timezone.now())
    assert PendingChange.objects.filter(resource_id=resource.pk, dead=True).exists()
    as_lead().post(address("waiting", "all_again"))
    indexing.drain(timezone.now())
    assert not PendingChange.objects.exists()


@pytest.mark.usefixtures("empty_outbox")
def test_pages_follow_by_key_and_ask_as_many_queries_for_two_as_for_fifty() -> None:
    client = as_lead()
    rows = dead(2)
    _page(client, 0)
    few = _queries(client)
    rows += [pending(5 * 10**6 + n, dead=True) for n in range(PAGE)]
    assert _queries(client) == few
    first = _page(client, 0)
    assert first.count('name="again"') == PAGE
    after = rows[PAGE - 1].pk
    assert f"?after={after}" in first
    second = _page(client, after)
    assert second.count('name="again"') == 2 and "?after=" not in second


def _page(client: Client, after: int) -> str:
    return client.get(address("waiting"), {"after": after}).content.decode()


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address("waiting")).status_code == 200
    return len(asked)
