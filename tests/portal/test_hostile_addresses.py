"""Cursors and addresses that no link of ours holds."""

from base64 import urlsafe_b64encode

import pytest
from django.test import Client

from tests.factories import audience

pytestmark = [pytest.mark.django_db, pytest.mark.contract]

PLACES = (
    "/vi/r/%00/",
    "/vi/r/%00/cite.bib",
    "/vi/audience/%00/",
    "/vi/topic/%00/",
    "/vi/campaign/%00/",
    "/vi/s/%00/x/",
    "/embed/r/%00/",
    "/files/%00/x-123456789abc.webp",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_nul_in_an_address_is_not_found(client: Client, place: str) -> None:
    assert client.get(place).status_code == 404


def test_a_nul_in_the_builder_names_no_resource(client: Client) -> None:
    assert client.get("/vi/embed/?resource=%00").status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_cursor_beyond_the_calendar_starts_anew(client: Client, moment: str) -> None:
    audience()
    cursor = urlsafe_b64encode(f"{moment}|5".encode()).decode().rstrip("=")
    assert client.get("/vi/audience/students/", {"after": cursor}).status_code == 200
