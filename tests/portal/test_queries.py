"""The number of queries of a page does not depend on how much the library holds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media_library.models import Campaign, Resource
from tests import factories
from tests.portal.library import multiply, publish_each_kind

pytestmark = pytest.mark.django_db
MOST_QUERIES = 40
"""No page may need more, whatever it shows."""


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        assert response.status_code == 200, address
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]
    return len(queries)


def _addresses(kinds: list[Resource], campaign: Campaign) -> list[str]:
    code = kinds[0].agency.code
    paths = [
        "/",
        "/search/",
        "/search/?q=so",
        "/search/?kind=article",
        "/search/?q=zqxwvkpt&kind=video",
        "/topic/",
        "/topic/chuyen-doi-so/",
        "/audience/students/",
    ]
    paths += ["/agency/", f"/agency/{code}/", f"/campaign/{campaign.code}/", "/about/", "/help/"]
    pages = [f"/{lang}{path}" for lang in ("vi", "en") for path in paths]
    pages += [resource.get_absolute_url() for resource in kinds]
    machines = ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-resources-0.xml", "/api/v1/suggest?q=so"]
    return [*pages, *machines]


def _counted(client: Client, addresses: list[str]) -> dict[str, int]:
    """Queries of each page, once what a process keeps has been read."""
    for address in addresses:
        client.get(address)
    return {address: _queries(client, address) for address in addresses}


@pytest.mark.slow
def test_every_page_asks_as_many_queries_of_ten_resources_as_of_a_thousand(client: Client) -> None:
    agency = factories.make_agency()
    campaign = Campaign.objects.create(code="thu", title="Thử", recurs="continuous", lead=agency)
    kinds = publish_each_kind(agency=agency, campaign=campaign)
    addresses = _addresses(kinds, campaign)
    multiply(kinds, until=10)
    few = _counted(client, addresses)
    multiply(kinds, until=1000)
    many = _counted(client, addresses)
    # Fewer where there is plenty: nobody is asked then whether they meant something else.
    assert {
        address: (few[address], many[address]) for address in addresses if many[address] > few[address]
    } == {}
    assert max(many.values()) <= MOST_QUERIES
