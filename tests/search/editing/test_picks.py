"""Editors' picks: public resources only, in order, within their dates, known by the folded question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library.models import Resource
from search import indexing, kept
from search.models import Pick
from search.picks import MOST, picked
from search.query import Query
from tests.factories import make_embargoed, make_published, make_resource, make_withdrawn
from tests.search.editing.screens import address, as_lead, open_and_send, problems

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def pick(question: str, resource: Resource | None = None, **fields: Any) -> Pick:
    return Pick.objects.create(question=question, resource=resource or make_published(), **fields)


def first(q: str, **moved: int) -> tuple[int, ...]:
    return picked(Query.parse(q), at=timezone.now() + timedelta(**moved))


def test_accents_capitals_and_signs_of_the_question_do_not_matter() -> None:
    row = pick("Chuyển đổi số")
    for q in ("chuyển đổi số", "CHUYEN DOI SO", "“chuyển  đổi số”?", "chuyê\u0309n đôi sô\u0301"):
        assert first(q) == (row.resource_id,)
    for q in ("", "…", "chuyển đổi", "chuyển đổi số ở Huế"):
        assert first(q) == ()


def test_a_question_longer_than_a_key_still_has_its_pick() -> None:
    row = pick("a1" * 100)
    assert first("A1" * 100) == (row.resource_id,)


def test_they_stand_in_their_order_and_five_are_enough() -> None:
    rows = [pick("lịch", sort_order=number) for number in (3, 1, 2, 9, 8, 7)]
    wanted = sorted(rows, key=lambda row: row.sort_order)[:MOST]
    assert first("lịch") == tuple(row.resource_id for row in wanted)


def test_dates_hold_to_the_second() -> None:
    now = timezone.now()
    row = pick("tết", starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=3))
    assert first("tết") == ()
    assert first("tết", hours=2) == (row.resource_id,)
    assert picked(Query.parse("tết"), at=row.starts_at) == (row.resource_id,)
    assert picked(Query.parse("tết"), at=row.ends_at) == ()


def test_another_process_takes_a_change_with_one_small_query(monkeypatch: pytest.MonkeyPatch) -> None:
    row = pick("bão lũ")
    assert first("bão lũ") == (row.resource_id,)
    monkeypatch.setattr(kept, "LOOK_EVERY", 0.0)
    query = Query.parse("bão lũ")
    with CaptureQueriesContext(connection) as asked:
        assert picked(query, at=timezone.now()) == (row.resource_id,)
    assert len(asked) == 1
    Pick.objects.filter(pk=row.pk).update(key="lu lut", changed_at=timezone.now())
    assert (first("bão lũ"), first("lũ lụt")) == ((), (row.resource_id,))


@pytest.mark.parametrize("make", [make_resource, make_embargoed, make_withdrawn])
def test_the_form_takes_public_resources_only(make: Any) -> None:
    hidden = make()
    answer = open_and_send(
        as_lead(), address("picks", "add"), question="câu hỏi", resource=hidden.pk, sort_order=1
    )
    assert "resource" in problems(answer)
    assert hidden.title not in answer.content.decode()
    assert not Pick.objects.exists()


def test_the_form_says_clearly_what_it_does_not_take() -> None:
    row, client, place = pick("học bạ số"), as_lead(), address("picks", "add")
    given = {"question": "HOC BA SO", "resource": row.resource_id, "sort_order": 1}
    assert "đã được chọn" in problems(open_and_send(client, place, **given))["resource"]
    assert "bằng chữ" in problems(open_and_send(client, place, **given | {"question": "?!"}))["question"]
    dates = {"starts_at": "2026-05-02 08:00", "ends_at": "2026-05-01 08:00"}
    assert "sau lúc bắt đầu" in problems(open_and_send(client, place, **given, **dates))["ends_at"]
    assert Pick.objects.count() == 1


def test_a_saved_pick_shows_what_its_question_finds_now() -> None:
    other = make_published(title="Sổ tay học bạ số")
    chosen = make_published(title="Hỏi đáp cho phụ huynh")
    hidden = make_resource(title="Nháp học bạ số")
    indexing.drain(timezone.now())
    given = {"question": "học bạ số", "resource": chosen.pk, "sort_order": 1}
    answer = as_lead().post(address("picks", "add"), given, follow=True)
    assert answer.redirect_chain[-1][0] == address("picks", "edit", Pick.objects.get().pk)
    page = answer.content.decode()
    assert other.title in page and other.get_absolute_url() in page
    assert hidden.title not in page


def test_a_question_can_be_handed_to_the_empty_form() -> None:
    page = as_lead().get(address("picks", "add"), {"question": "xe <b>buýt</b>"}).content.decode()
    assert "xe &lt;b&gt;buýt&lt;/b&gt;" in page
    assert "không tìm thấy gì" in page


def test_the_list_says_which_are_shown_and_is_searched_without_accents() -> None:
    now = timezone.now()
    pick("một", make_withdrawn())
    pick("hai", starts_at=now + timedelta(days=1))
    pick("ba", ends_at=now - timedelta(days=1))
    pick("bốn", make_published(title="Đường sắt"))
    page = as_lead().get(address("picks")).content.decode()
    for said in ("Không hiện: tài nguyên không công khai", "Chưa tới", "Đã qua", "Đang hiện"):
        assert said in page
    found = as_lead().get(address("picks"), {"q": "duong sat"}).content.decode()
    assert "bốn" in found and "Chưa tới" not in found


@pytest.mark.slow
def test_the_list_asks_as_many_queries_for_two_as_for_thirty() -> None:
    client = as_lead()
    pick("một"), pick("hai")
    _queries(client)
    few = _queries(client)
    for number in range(28):
        pick(f"câu {number}")
    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address("picks")).status_code == 200
    return len(asked)
