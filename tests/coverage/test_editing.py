"""Pages with sections in the admin: who names which, and what a bad address is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.coverage.models import Place
from cms.coverage.visiting import FORBIDDEN
from media_library.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_editor_names_a_page_and_has_it_looked_at_again() -> None:
    agency = make.make_agency()
    client = signed_in(make.make_editor(agency))
    told = {"agency": agency.pk, "url": "https://phuong.example/57", "days": 30}
    assert client.post("/admin/coverage/add/", told).status_code == 302
    place = Place.objects.get()
    assert (place.agency, place.host) == (agency, "phuong.example")
    Place.objects.update(due_at=timezone.now() + timedelta(hours=20))
    assert client.post(f"/admin/coverage/edit/{place.pk}/", told).status_code == 302
    assert Place.objects.get().due_at <= timezone.now()
    assert "phuong.example" in client.get("/admin/coverage/").content.decode()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost/57", "http://a.example:22/", "https://me@a.example/", "x"]
)
def test_an_address_that_must_not_be_asked_is_refused(url: str) -> None:
    agency = make.make_agency()
    client = signed_in(make.make_editor(agency))
    answer = client.post("/admin/coverage/add/", {"agency": agency.pk, "url": url, "days": 30})
    assert answer.status_code == 200 and answer.context["form"].errors["url"]
    assert not Place.objects.exists()


def test_the_same_page_twice_and_too_many_days_are_refused() -> None:
    agency = make.make_agency()
    client = signed_in(make.make_editor(agency))
    Place.objects.create(agency=agency, url="https://a.example/57")
    answer = client.post(
        "/admin/coverage/add/", {"agency": agency.pk, "url": "https://a.example/57", "days": 366}
    )
    assert answer.status_code == 200 and Place.objects.count() == 1
    assert answer.context["form"].errors["days"]
    answer = client.post(
        "/admin/coverage/add/", {"agency": agency.pk, "url": "https://a.example/57", "days": 30}
    )
    assert answer.status_code == 200 and Place.objects.count() == 1


def test_nobody_names_pages_of_another_agency() -> None:
    own, other = make.make_agency(), make.make_agency()
    client = signed_in(make.make_editor(own))
    place = Place.objects.create(agency=other, url="https://a.example/57")
    told = {"agency": other.pk, "url": "https://b.example/57", "days": 30}
    assert client.post("/admin/coverage/add/", told).status_code == 200
    assert client.get(f"/admin/coverage/edit/{place.pk}/").status_code == 404
    assert client.post(f"/admin/coverage/delete/{place.pk}/").status_code == 404
    assert Place.objects.count() == 1
    assert "a.example" not in client.get("/admin/coverage/").content.decode()


def test_the_number_of_queries_of_the_listing_does_not_grow() -> None:
    agency = make.make_agency()
    client = signed_in(make.make_editor(agency))

    def queries(pages: int) -> int:
        for _each in range(pages):
            Place.objects.create(agency=agency, url=f"https://{Place.objects.count()}.example/57")
        client.get("/admin/coverage/")
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/admin/coverage/").status_code == 200
        return len(counted)

    assert queries(1) == queries(5)


@pytest.mark.contract
def test_the_first_page_of_an_editor_says_which_pages_do_not_count() -> None:
    agency, other = make.make_agency(), make.make_agency()
    client = signed_in(make.make_editor(agency))
    assert "Khai báo trang đặt chuyên mục" in client.get("/admin/").content.decode()
    one = Place.objects.create(agency=agency, url="https://a.example/57")
    Place.objects.create(agency=other, url="https://b.example/57")
    Place.objects.update(verdict="live", dead=[])
    assert "Trang đặt chuyên mục" not in client.get("/admin/").content.decode(), "all is well"
    Place.objects.update(dead=["/vi/r/k57-0000-0000/"])
    body = client.get("/admin/").content.decode()
    assert "a.example" in body and "1 liên kết hỏng" in body and "b.example" not in body
    Place.objects.filter(pk=one.pk).update(verdict="unreachable", problem=FORBIDDEN, dead=[])
    assert "không cho phép hệ thống kiểm tra" in client.get("/admin/").content.decode()
    nobody = signed_in(make.make_communicator(agency))
    assert "a.example" not in nobody.get("/admin/").content.decode()
