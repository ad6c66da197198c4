"""Nothing leaks: every public route, every hidden state, every kind of person.

The strongest form is used where it can be: a page of many must be the same, byte for byte, whether the
hidden world exists or not; an address of one must answer as if its resource had never been.

Public pages are the same for the resource's own agency, the lead department and administrators: they see what
is hidden in the admin alone, where it is found and previewed, and through addresses of stored files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from cms.portal import explaining
from media_library import worker
from media_library.models import Resource
from tests.clients import PlainClient, plain_client
from tests.factories import make_published
from tests.leaks import routes
from tests.leaks.population import (
    MARK,
    REASON,
    STATES,
    UNSWEPT,
    World,
    add_draft_over_live,
    build_hidden,
    build_public,
)

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.slow]

OUTSIDERS = ("anonymous", "communicator of another agency", "editor of another agency")
INSIDERS = ("communicator of the agency", "editor of the agency", "lead editor", "administrator")
_CHANGING = (
    rb'csrfmiddlewaretoken" value="[^"]+"',
    rb"<lastBuildDate>[^<]+</lastBuildDate>",
    rb' data-asked="[^"]*"',
)


Addresses = Callable[[World], list[str]]


def every_address_of_many(world: World) -> list[str]:
    return [url for addresses in routes.ABOUT_MANY.values() for url in addresses(world)]


def one_address_of_each(world: World) -> list[str]:
    """In both languages where there are two. The API's answers to all people are in ``test_api.py``."""
    found = []
    for name, addresses in routes.ABOUT_MANY.items():
        if not name.startswith("exchange:"):
            urls = list(addresses(world))
            asked = [url for url in urls if url.endswith((f"?q={MARK}", "&q=tai+nguyen"))]
            found += [*urls[:2], *urls[-2:], *asked]
    return list(dict.fromkeys(found))


def body_of(client: PlainClient, url: str) -> tuple[int, bytes]:
    response = client.get(url, headers={"X-Request-ID": "leak-matrix-1"})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for pattern in _CHANGING:
        content = re.sub(pattern, b"", content)
    return response.status_code, content


def everything_about_many(
    world: World, *, people: tuple[str, ...] = OUTSIDERS, addresses: Addresses = every_address_of_many
) -> dict[tuple[str, str], tuple[int, bytes]]:
    cache.clear()
    found = {}
    for person in people:
        client = plain_client(world.people[person])
        for url in addresses(world):
            found[person, url] = body_of(client, url)
    return found


def marked(found: dict[tuple[str, str], tuple[int, bytes]]) -> list[tuple[str, str]]:
    return [key for key, (_status, body) in found.items() if MARK.encode() in body and MARK not in key[1]]


@pytest.fixture
def world() -> World:
    return build_public()


def test_every_route_is_classified() -> None:
    named = {name for _pattern, name in routes.every_route()}
    assert named - routes.classified() == set(), "classify new routes in tests/leaks/routes.py"
    assert routes.classified() - named == set(), "these routes are gone"


def test_what_is_answered_before_the_routes_is_an_unknown_address_to_everyone(world: World) -> None:
    for user in (None, *world.people.values()):
        client = plain_client(user)
        client.defaults["REMOTE_ADDR"] = "203.0.113.7"
        for url in routes.BEFORE_ROUTES:
            never = url[:-1] + "-"
            status, body = body_of(client, url)
            assert (status, body) == (404, body_of(client, never)[1].replace(never.encode(), url.encode()))


def test_pages_of_many_are_the_same_without_and_with_the_hidden_world(world: World) -> None:
    before = everything_about_many(world, people=("anonymous",))
    assert all(status == 200 for status, _body in before.values() if status != 404)
    assert sum(status == 200 for status, _body in before.values()) > 0.9 * len(before)
    build_hidden(world)
    after = everything_about_many(world)
    assert len(after) == len(OUTSIDERS) * len(before)
    assert [key for key, answer in after.items() if answer != before["anonymous", key[1]]] == []
    assert marked(after) == []
    inside = everything_about_many(world, people=INSIDERS, addresses=one_address_of_each)
    assert len(inside) > len(INSIDERS) * len(routes.ABOUT_MANY)
    assert [key for key, answer in inside.items() if answer != before["anonymous", key[1]]] == []
    lead = plain_client(world.people["lead editor"])
    status, explained = body_of(lead, f"/vi/search/?q=tai+nguyen&{explaining.ASKED}=1")
    assert (status, MARK.encode() in explained) == (200, False)


def addresses_that_change(world: World) -> list[str]:
    """Of the pages of many a few that surely list what is new."""
    names = ("portal:search", "portal:agency", "syndication:feed", "sitemap-resources")
    return [url for name in names for url in routes.ABOUT_MANY[name](world)]


def test_the_matrix_notices_what_is_public(world: World) -> None:
    """The comparison above is worth something: one more public resource does change the pages."""
    people = ("anonymous",)
    before = everything_about_many(world, people=people, addresses=addresses_that_change)
    make_published(agency=world.owner, title=f"{MARK} công khai")
    worker.settle()
    after = everything_about_many(world, people=people, addresses=addresses_that_change)
    changed = {url.split("?")[0] for (_who, url), answer in after.items() if answer != before[_who, url]}
    feed, sitemap = "/feeds/KIN-1/chuyen-muc/feed.json", "/sitemap-resources-0.xml"
    assert {"/vi/search/", "/vi/agency/KIN-1/", feed, sitemap} <= changed


TOLD = {"withdrawn": 410, "announced": 403}
"""The states of which an address tells, and how; all others answer as if there were nothing."""


def _beyond_its_title(body: bytes, row: Resource) -> str:
    """What stands there besides the title and the address, which a withdrawal may name."""
    return body.decode().replace(row.title, "").replace(row.slug, "")


Clients = dict[str, PlainClient]


def signed_in(world: World) -> Clients:
    """A client for each person, for the whole of a test."""
    return {person: plain_client(user) for person, user in world.people.items()}


def missing_answers(
    client: PlainClient, row: Resource, url: str, known: dict[str, tuple[int, bytes]]
) -> tuple[int, bytes]:
    """The answer to the same address of a resource that never was; ``known`` keeps those asked already."""
    never = "k57-0000-0000"
    other = url.replace(row.public_id, never)
    if other not in known:
        known[other] = body_of(client, other)
    status, body = known[other]
    return status, body.replace(never.encode(), row.public_id.encode())


def addresses_of(row: Resource) -> list[str]:
    return [url for addresses in routes.ABOUT_ONE.values() for url in addresses(row)]


def leaks_at(
    clients: Clients, state: str, row: Resource, known: dict[str, tuple[int, bytes]]
) -> list[tuple[object, ...]]:
    """Everyone is told of nothing; and each person is told what everyone is, save for bytes of their own."""
    wrong: list[tuple[object, ...]] = []
    anyone = clients["anonymous"]
    answers = {url: body_of(anyone, url) for url in addresses_of(row)}
    for url, (status, body) in answers.items():
        if state in TOLD and not (state == "announced" and url.startswith(("/files/", "/take/"))):
            held = status == TOLD[state] and MARK not in _beyond_its_title(body, row)
        else:
            held = status == 404 and (status, body) == missing_answers(anyone, row, url, known)
        wrong += [] if held else [("anonymous", state, url, status)]
    for person in (*OUTSIDERS[1:], *(INSIDERS if row.kind == "photo" else ())):
        for url, answer in answers.items():
            status, body = body_of(clients[person], url)
            if person in INSIDERS and url.startswith("/files/") and state != "withdrawn":
                held = status == 200
            else:
                held = (status, body) == answer
            wrong += [] if held else [(person, state, url, status)]
    return wrong


def test_hidden_and_missing_answer_alike_at_every_address_of_one(world: World, time_machine: Any) -> None:
    """The clock stands: an announced embargo counts its minutes down."""
    build_hidden(world)
    time_machine.move_to(timezone.now(), tick=False)
    assert world.hidden.keys() >= STATES.keys() | TOLD.keys()
    rows = [(state, Resource.objects.get(pk=row.pk)) for state, rows in world.hidden.items() for row in rows]
    known: dict[str, tuple[int, bytes]] = {}
    clients = signed_in(world)
    assert [leak for state, row in rows for leak in leaks_at(clients, state, row, known)] == []
    assert sum(len(addresses_of(row)) for _state, row in rows) >= len(world.hidden) * 20
    said = {
        state: body_of(clients["anonymous"], f"/vi/r/{row.public_id}/{row.slug}/")
        for state, row in rows
        if state in TOLD
    }
    assert {state: said[state][0] for state in TOLD} == TOLD
    assert REASON in said["withdrawn"][1].decode()


def test_stored_files_are_served_to_their_agency_only(world: World) -> None:
    build_hidden(world)
    staff_files = routes.FOR_STAFF["media_library:staff_file"]
    urls = [url for rows in world.hidden.values() for row in rows for url in staff_files(row)]
    wrong = []
    for person, client in signed_in(world).items():
        for url in urls:
            status, _body = body_of(client, url)
            if (status == 200) != (person in INSIDERS):
                wrong.append((person, url, status))
    assert urls and wrong == []


def test_a_draft_over_a_public_version_shows_nowhere(world: World) -> None:
    row = add_draft_over_live(world)
    world.public.append(row)
    people = ("anonymous", "editor of another agency", "editor of the agency")
    assert marked(everything_about_many(world, people=people[:1])) == []
    assert marked(everything_about_many(world, people=people[1:], addresses=one_address_of_each)) == []
    draft = Resource.objects.get(pk=row.pk).get_latest_revision_as_object()
    fresh = [asset.file for asset in draft.assets.all()]
    for file in fresh:
        for rendition in file.renditions.all():
            url = f"/files/{row.public_id}/{row.slug}-w640-{rendition.digest}.webp"
            assert body_of(PlainClient(), url)[0] == 404


def test_what_has_passed_its_expiry_is_gone_from_pages_before_the_scheduler_comes(world: World) -> None:
    (make,) = UNSWEPT.values()
    row = make(world, "photo")
    client = PlainClient()
    for name, addresses in routes.ABOUT_ONE.items():
        for url in addresses(row):
            assert body_of(client, url)[0] == 404, (name, url)
    for name in (
        "portal:home",
        "portal:search",
        "portal:topic",
        "portal:agency",
        "sections:page",
        "exchange:search",
        "exchange:suggest",
    ):
        for url in routes.ABOUT_MANY[name](world):
            _status, body = body_of(client, url)
            assert MARK in url or MARK.encode() not in body, (name, url)
