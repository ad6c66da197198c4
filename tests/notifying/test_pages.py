"""Agencies whose pages still show what was withdrawn are written to: by hand, and once a day by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cms.notifying import pages
from cms.notifying.models import PageReminder
from media_library import publishing
from media_library.models import Agency, Resource
from tests import factories as make
from tests.editing.screens import signed_in

pytestmark = pytest.mark.django_db
URL = "https://phuong.example/chuyen-muc"
_AGENCY = "Phường có trang"


@dataclass
class Place:
    url: str
    agency: Any
    visited_at: datetime


def witness(public_id: str) -> list[Place]:
    """The page was looked at an hour from now, one of a stranger's before the withdrawal."""
    at = timezone.now()
    before = Place("https://cu.example/", Agency.objects.get(name=_AGENCY), at - timedelta(days=9))
    return [Place(URL, Agency.objects.get(name=_AGENCY), at + timedelta(hours=1)), before]


@pytest.fixture
def agency(settings: Any) -> Agency:
    settings.WITHDRAWAL_WITNESSES = [f"{__name__}.witness"]
    return make.make_agency(_AGENCY)


@pytest.fixture
def row(agency: Agency) -> Resource:
    made = make.make_published(title="Tiêu đề đã rút")
    found = publishing.withdraw(resource=made, by=make.make_lead(), reason="Số liệu sai.", at=timezone.now())
    mail.outbox.clear()
    return found


def write(row: Resource, url: str = URL, user: Any = None) -> str:
    """What the page says after the button was pressed."""
    place = reverse("kho57_withdrawal", args=[row.pk])
    answer = signed_in(user or make.make_lead()).post(place, {"page": url}, follow=True)
    return " ".join(str(said) for said in answer.context["messages"])


def test_the_editors_of_the_agency_are_written_to_with_address_and_reason(
    row: Resource, agency: Agency
) -> None:
    editor = make.make_editor(agency)
    make.make_communicator(agency)
    assert "Đã gửi thư" in write(row)
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    assert URL in letter.body and "Số liệu sai." in letter.body and row.public_id in letter.body
    assert row.title not in letter.body + letter.subject
    assert "một giờ" in write(row) and len(mail.outbox) == 1
    assert PageReminder.objects.get().sent_by is not None


def test_a_page_that_no_witness_names_is_written_about_to_nobody(row: Resource, agency: Agency) -> None:
    make.make_editor(agency)
    assert "không còn được ghi nhận" in write(row, "https://elsewhere.example/")
    assert mail.outbox == [] and not PageReminder.objects.exists()


def test_an_agency_without_an_editor_is_to_be_called(row: Resource) -> None:
    assert "gọi điện" in write(row)
    assert not PageReminder.objects.exists()


def test_each_day_pages_seen_after_the_withdrawal_are_written_about_three_times(
    row: Resource, agency: Agency
) -> None:
    make.make_editor(agency)
    at = row.withdrawn_at or timezone.now()
    assert pages.ask_each_day(at) == 1
    assert pages.ask_each_day(at + timedelta(hours=1)) == 0, "not twice a day"
    assert [pages.ask_each_day(at + timedelta(days=day)) for day in (1, 2, 3)] == [1, 1, 0]
    assert {URL} == {row.url for row in PageReminder.objects.all()}
    assert pages.ask_each_day(at + timedelta(days=31)) == 0
    publishing.reinstate(resource=row, by=make.make_lead(), at=timezone.now())
    PageReminder.objects.all().delete()
    assert pages.ask_each_day(at + timedelta(days=1)) == 0, "it is back"


def test_what_was_taken_over_by_a_successor_is_its_editors_affair(row: Resource, agency: Agency) -> None:
    successor = make.make_agency()
    agency.successor = successor
    agency.save()
    editor = make.make_editor(successor)
    assert pages.editors_of(agency.pk) == [editor]
    assert pages.editors_of(None) == []
