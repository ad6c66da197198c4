"""What was withdrawn before its embargo ended was never seen: its address tells nothing."""

import pytest
from django.test import Client
from django.utils import timezone

from media_library import publishing
from media_library.files import public_address
from media_library.kinds import Kind
from media_library.models import Resource
from tests.factories import make_embargoed, make_lead

pytestmark = pytest.mark.django_db


def withdrawn(**fields: object) -> Resource:
    resource = make_embargoed(kind=Kind.PHOTO, **fields)
    publishing.withdraw(resource=resource, by=make_lead(), reason="Sai số liệu.", at=timezone.now())
    return Resource.objects.get(pk=resource.pk)


def addresses(resource: Resource) -> list[str]:
    places = (
        "/vi/r/{}/",
        "/en/r/{}/",
        "/vi/r/{}/cite.bib",
        "/embed/r/{}/",
        "/embed/r/{}/en/",
        "/api/v1/resources/{}",
    )
    rendition = resource.picture_renditions()[0]
    return [*(place.format(resource.public_id) for place in places), public_address(resource, rendition)]


def test_an_unannounced_one_answers_as_one_that_is_missing(client: Client) -> None:
    assert {client.get(address).status_code for address in addresses(withdrawn())} == {404}


def test_an_announced_one_tells(client: Client) -> None:
    told = addresses(withdrawn(embargo_announced=True))
    assert {client.get(address).status_code for address in told} == {410}
