"""The search pages are the lead department's: for everybody else they are missing, like any missing page."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.models import Letter
from cms.notifying.models import Subscriber
from cms.sections.models import CityPin
from media_library.editing.fence import reserved_namespaces
from media_library.models import User
from search.models import Pick, Synonym, Wish
from tests.editing.admin_routes import Route, routes
from tests.editing.screens import signed_in
from tests.factories import (
    make_administrator,
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_user,
)
from tests.newsroom.press import asked_with_card

pytestmark = pytest.mark.django_db
MARK = "qzxsearchleak"


def _routes() -> list[Route]:
    return [route for route in routes() if route.name.partition(":")[0] in reserved_namespaces()]


@pytest.fixture(params=["communicator", "editor"])
def stranger(request: pytest.FixtureRequest) -> User:
    make = make_communicator if request.param == "communicator" else make_editor
    return make(make_agency())


@pytest.fixture
def kept_here() -> dict[str, int]:
    """A row of each kind, by the name of its model."""
    synonym = Synonym.objects.create(short=MARK, full="một")
    pick = Pick.objects.create(question=MARK, resource=make_published())
    wish = Wish.objects.create(text=MARK, created_at=timezone.now())
    city = CityPin.objects.create(resource=make_published())
    told = Subscriber.objects.create(name=MARK, url="https://example.org/", contact="a@example.org")
    at = timezone.now()
    letter = Letter.objects.create(
        person=make_user(MARK), state="refused", created_at=at, due_at=at, ended_at=at, problem="550"
    )
    return {
        "letter": letter.pk,
        "synonym": synonym.pk,
        "pick": pick.pk,
        "wish": wish.pk,
        "citypin": city.pk,
        "subscriber": told.pk,
        "accreditation": asked_with_card(outlet=MARK).pk,
    }


def _address(route: Route, kept_here: dict[str, int]) -> str:
    pk = kept_here[route.model._meta.model_name] if route.params else 0
    return reverse(route.name, kwargs=dict.fromkeys(route.params, pk))


def body(answer: HttpResponse) -> str:
    text = re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())
    return re.sub(r"/admin/[^\"' <]*", "", text)


def test_every_page_is_missing_for_who_is_not_of_the_lead_department(
    stranger: User, kept_here: dict[str, int]
) -> None:
    client = signed_in(stranger)
    missing = body(client.get("/admin/there-is-no-such-page/"))
    found = _routes()
    assert len(found) >= 30
    for route in found:
        for answer in (client.get(_address(route, kept_here)), client.post(_address(route, kept_here))):
            assert answer.status_code == 404, route.name
            assert body(answer) == missing, route.name
    assert Synonym.objects.filter(short=MARK).exists()


def test_the_menu_shows_them_to_the_lead_department_only(stranger: User) -> None:
    place = reverse("kho57_search_synonyms:index")
    assert place not in signed_in(stranger).get("/admin/").content.decode()
    for user in (make_lead(), make_administrator()):
        assert place in signed_in(user).get("/admin/").content.decode()


@pytest.mark.parametrize("make", [make_lead, make_administrator])
def test_the_lead_department_opens_every_page(make: type, kept_here: dict[str, int]) -> None:
    client = signed_in(make())
    for route in _routes():
        answer = client.get(_address(route, kept_here))
        assert answer.status_code in (200, 302, 405), route.name


def test_who_is_not_signed_in_is_led_to_the_door() -> None:
    answer = Client().get(reverse("kho57_search_synonyms:index"))
    assert answer.status_code == 302 and "/login/" in answer["Location"]
