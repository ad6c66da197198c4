"""Requests to the library: taken within limits, told once an hour, answered, and forgotten in part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from search import wishes
from search.models import Wish
from search.wishes import WishForm
from tests.factories import make_agency as agency
from tests.factories import make_editor, make_lead
from tests.search.editing.screens import address, as_lead, open_and_send, said

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Commit = Callable[..., Any]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def send(text: str = "Tờ gấp về an toàn cháy chợ.", *, host: str = "10.0.0.1", **given: str) -> bool:
    form = WishForm({"text": text, **given})
    assert form.is_valid(), form.errors
    return wishes.receive(form, request=RequestFactory().post("/", REMOTE_ADDR=host), at=timezone.now())


def wish(**fields: Any) -> Wish:
    fields.setdefault("created_at", timezone.now())
    fields.setdefault("text", "Tờ gấp về an toàn cháy chợ.")
    return Wish.objects.create(**fields)


def test_a_request_is_kept_tidy() -> None:
    assert send(
        "  To\u031b\u0300 ga\u0302\u0301p\r\n\x07in A4 ", question=" cháy\nchợ ", contact="a@example.org"
    )
    row = Wish.objects.get()
    assert (row.text, row.question) == ("Tờ gấp\n in A4", "cháy chợ")
    assert (row.contact, row.language, row.state, row.handled_at) == ("a@example.org", "vi", "open", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "?!\u200b"}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "x", "question": "y" * 301}, "question"),
        ({"text": "x", "contact": "a@b\nBcc: c@d"}, "contact"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_the_form_refuses_what_cannot_be_kept(given: dict[str, str], field: str) -> None:
    assert field in WishForm(given).errors


def test_what_a_program_fills_in_is_dropped_and_answered_alike() -> None:
    assert send(website="http://spam.example")
    assert not Wish.objects.exists()


def test_five_an_hour_are_taken_from_one_address_and_its_address_is_not_kept() -> None:
    taken = [send(f"Yêu cầu {number}") for number in range(7)]
    assert taken == [True] * 5 + [False] * 2
    assert send(host="10.0.0.2")
    assert Wish.objects.count() == 6
    kept = getattr(cache, "_cache", {})
    assert "10.0.0" not in str([*Wish.objects.values(), *(kept if isinstance(kept, dict) else ())])


def test_lead_editors_hear_of_new_requests_once_an_hour_in_one_letter() -> None:
    lead = make_lead()
    make_editor(agency())
    now = timezone.now()
    for number in range(25):
        wish(text=f"Yêu cầu số {number}", question="cháy chợ", created_at=now - timedelta(minutes=2))
    assert wishes.tell(now) == 25
    (letter,) = mail.outbox
    assert letter.to == [lead.email]
    assert "25 yêu cầu mới" in letter.subject
    assert letter.body.count("- Yêu cầu số") == wishes.TOLD_AT_ONCE
    assert address("wishes") in letter.body
    wish(created_at=now + timedelta(minutes=1))
    assert wishes.tell(now + timedelta(minutes=59)) == 0
    assert wishes.tell(now + timedelta(minutes=61)) == 1
    assert wishes.tell(now + timedelta(minutes=200)) == 0
    assert len(mail.outbox) == 2


def test_an_answer_goes_to_the_address_that_was_given_once(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    row, lead = wish(contact="a@example.org", language="en"), make_lead()
    client, place = as_lead(lead), address("wishes", "edit", row.pk)
    with django_capture_on_commit_callbacks(execute=True):
        open_and_send(client, place, state="taken", answer="Đang làm")
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        open_and_send(client, place, state="done", answer="Xem /vi/r/k57-1/")
    (letter,) = mail.outbox
    assert letter.to == ["a@example.org"]
    assert "answers your request" in letter.subject
    assert "Xem /vi/r/k57-1/" in letter.body and row.text in letter.body
    row.refresh_from_db()
    assert row.handled_by == lead and row.handled_at is not None
    with django_capture_on_commit_callbacks(execute=True):
        open_and_send(client, place, answer="Sửa lại")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "fields", [{"contact": "", "answer": "Có"}, {"contact": "a@example.org", "answer": ""}]
)
def test_without_an_address_or_an_answer_nothing_is_sent(
    fields: dict[str, str], django_capture_on_commit_callbacks: Commit
) -> None:
    row = wish(contact=fields["contact"])
    with django_capture_on_commit_callbacks(execute=True):
        answer = fields["answer"]
        open_and_send(as_lead(), address("wishes", "edit", row.pk), state="declined", answer=answer)
    row.refresh_from_db()
    assert row.state == "declined" and row.handled_at is not None
    assert mail.outbox == []


def test_a_request_opened_again_is_open() -> None:
    row = wish(state="done", handled_at=timezone.now())
    open_and_send(as_lead(), address("wishes", "edit", row.pk), state="open")
    row.refresh_from_db()
    assert (row.state, row.handled_at, row.handled_by) == ("open", None, None)


def test_the_address_cannot_be_changed_in_the_admin() -> None:
    row = wish(contact="a@example.org")
    page = as_lead().get(address("wishes", "edit", row.pk)).content.decode()
    assert "a@example.org" in page
    open_and_send(as_lead(), address("wishes", "edit", row.pk), contact="other@example.org")
    row.refresh_from_db()
    assert row.contact == "a@example.org"


def test_the_address_goes_thirty_days_after_the_end() -> None:
    now = timezone.now()
    old = wish(state="done", contact="a@example.org", handled_at=now - timedelta(days=31))
    new = wish(state="done", contact="b@example.org", handled_at=now - timedelta(days=29))
    still = wish(contact="c@example.org", created_at=now - timedelta(days=400))
    assert wishes.forget_contacts(now) == 1
    kept = {row.pk: row.contact for row in Wish.objects.all()}
    assert kept == {old.pk: "", new.pk: "b@example.org", still.pk: "c@example.org"}


def test_the_list_shows_states_and_is_searched_without_accents() -> None:
    wish(text="Cháy chợ Đông Ba"), wish(text="Xe buýt", state="declined")
    client = as_lead()
    page = client.get(address("wishes")).content.decode()
    assert "Mới" in page and "Từ chối" in page
    found = client.get(address("wishes"), {"q": "dong ba"}).content.decode()
    assert "Cháy chợ" in found and "Xe buýt" not in found
    closed = client.get(address("wishes"), {"state": "declined"}).content.decode()
    assert "Xe buýt" in closed and "Cháy chợ" not in closed


def test_a_request_can_be_written_down_in_the_admin() -> None:
    answer = open_and_send(as_lead(), address("wishes", "add"), text="Gọi điện tới xin tờ gấp")
    assert answer.status_code == 302 and said(answer) == ""
    assert Wish.objects.get().created_at is not None
