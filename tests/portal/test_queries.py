"""The number of queries of a page does not depend on how much the library holds.

The addresses are those of ``tests/leaks/routes.py``, where every public route is classified: a new one is counted
here as well.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.sections import due, scripts
from media_library.kinds import Kind
from media_library.models import Campaign
from tests.clients import PlainClient
from tests.leaks import routes
from tests.leaks.population import World, build_people
from tests.portal.library import multiply, publish_each_kind

pytestmark = pytest.mark.django_db
MOST_QUERIES = 40
"""No page may need more, whatever it shows."""
MOST_QUERIES_OF_A_SEARCH = 12
SPARED = dict.fromkeys(("/vi/search/?q=so", "/api/v1/search?q=so", "/api/v1/search?q=so&facets=no"), 1)
"""Where there are so many hits (``finding.MANY``), nobody is asked whether they meant something else."""
NOT_COUNTED = {
    "media_library:staff_file",  # for who is signed in
    "search:asked",  # answer nothing and never to GET
    "search:clicked",
    "newsroom:radio_week",  # writes a row for each file; what it reads is counted in tests/newsroom/radio
    "notifying:websub",  # taken by POST alone; their queries are counted in tests/notifying and tests/coverage
    "notifying:takedown_confirm",
    "seeing:seen",
    "operations:ready",  # 503 without a worker
    *routes.OF_THEIR_HOLDER,  # counted in tests/newsroom, of 2 resources and of 6
}
API_QUESTIONS = ("", "?q=so", "?q=so&facets=no", "?kind=article&agency=KIN-1&limit=50", "?q=sow")


def _queries(client: PlainClient, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        assert response.status_code in (200, 301, 302), (address, response.status_code)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]
    return len(queries)


def _of_none(name: str) -> list[str]:
    if name == "wagtail_serve":
        return [
            f"/{lang}/{page}/"
            for lang in ("vi", "en")
            for page in ("about", "help", "accessibility", "terms")
        ]
    if name == "syndication:component_version":
        return [scripts.version_path()]
    found = []
    for language in ("vi", "en"):
        with translation.override(language):
            found.append(reverse(name))
    return found


def _by_name(world: World) -> dict[str, list[str]]:
    """Addresses by the name of their route; of the many questions those in one language."""
    photo = next(row for row in world.public if row.kind == Kind.PHOTO)
    found: dict[str, list[str]] = {}
    for name, of_one in routes.ABOUT_ONE.items():
        found[name] = of_one(photo)
    for name, of_many in routes.ABOUT_MANY.items():
        if name in NOT_COUNTED:
            continue
        found[name] = [*found.get(name, []), *of_many(world)]
    for name in ("exchange:search", "exchange:suggest", "portal:search"):
        found[name] = [
            address for address in found[name] if address.endswith("lang=vi") or address.startswith("/vi/")
        ]
    found["exchange:search"] += [f"/api/v1/search{question}" for question in API_QUESTIONS]
    found["portal:search"] += [f"/vi/search/?{question}" for question in ("q=so", "q=zqxwvkpt&kind=video")]
    found["portal:search"].append("/en/search/?q=tai+nguyen")
    for name in routes.ABOUT_NONE - NOT_COUNTED:
        found[name] = _of_none(name)
    return found


def _that_are_there(client: PlainClient, addresses: list[str]) -> list[str]:
    """Those that answer; a process keeps afterwards what it read for them."""
    return [address for address in addresses if client.get(address).status_code != 404]


def _settled(client: PlainClient, address: str, expected: int) -> int:
    """Queries of a page; if not as ``expected``, asked again: it may have read what a process keeps."""
    asked = _queries(client, address)
    return asked if asked == expected else _queries(client, address)


@pytest.mark.slow
def test_every_page_asks_as_many_queries_of_ten_resources_as_of_a_thousand() -> None:
    client, world = PlainClient(), build_people()
    kinds = publish_each_kind(agency=world.owner, campaign=Campaign.objects.get())
    world.public = kinds
    due.drain(timezone.now())
    multiply(kinds, until=10)
    by_name = {name: _that_are_there(client, ones) for name, ones in _by_name(world).items()}
    assert by_name.keys() == routes.classified() - NOT_COUNTED and all(by_name.values())
    addresses = sorted({address for ones in by_name.values() for address in ones})
    few = {address: _queries(client, address) for address in addresses}
    multiply(kinds, until=1000)
    for address in (*SPARED, *(ones[0] for ones in by_name.values())):
        client.get(address)
    many = {address: _settled(client, address, few[address]) for address in addresses}
    differing = {address: few[address] - many[address] for address in addresses}
    assert {address: spared for address, spared in differing.items() if spared} == SPARED
    assert max(few.values()) <= MOST_QUERIES
    assert max(few[f"/api/v1/search{question}"] for question in API_QUESTIONS) <= MOST_QUERIES_OF_A_SEARCH
