"""Nothing leaks: every public route, every hidden state, every kind of person.

The strongest form is used where it can be: a page of many must be the same, byte for byte, whether the
hidden world exists or not; an address of one must answer as if its resource had never been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from media_library.models import Resource, User
from tests.leaks import routes
from tests.leaks.population import (
    MARK,
    REASON,
    STATES,
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


def client_for(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(User.objects.get(pk=user.pk))
    return client


def body_of(client: Client, url: str) -> tuple[int, bytes]:
    response = client.get(url, headers={"X-Request-ID": "leak-matrix-1"})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for pattern in _CHANGING:
        content = re.sub(pattern, b"", content)
    return response.status_code, content


def everything_about_many(world: World) -> dict[tuple[str, str], tuple[int, bytes]]:
    cache.clear()
    found = {}
    for person in OUTSIDERS:
        client = client_for(world.people[person])
        for addresses in routes.ABOUT_MANY.values():
            for url in addresses(world):
                found[person, url] = body_of(client, url)
    return found


@pytest.fixture
def world() -> World:
    return build_public()


def test_every_route_is_classified() -> None:
    named = {name for _pattern, name in routes.every_route()}
    assert named - routes.classified() == set(), "classify new routes in tests/leaks/routes.py"
    assert routes.classified() - named == set(), "these routes are gone"


def test_what_is_answered_before_the_routes_is_an_unknown_address_to_everyone(world: World) -> None:
    for user in (None, *world.people.values()):
        client = client_for(user)
        client.defaults["REMOTE_ADDR"] = "203.0.113.7"
        for url in routes.BEFORE_ROUTES:
            never = url[:-1] + "-"
            status, body = body_of(client, url)
            assert (status, body) == (404, body_of(client, never)[1].replace(never.encode(), url.encode()))


def test_pages_of_many_are_the_same_without_and_with_the_hidden_world(world: World) -> None:
    before = everything_about_many(world)
    assert all(status == 200 for status, _body in before.values() if status != 404)
    assert sum(status == 200 for status, _body in before.values()) > 0.9 * len(before)
    build_hidden(world)
    after = everything_about_many(world)
    changed = [key for key, answer in after.items() if answer != before[key]]
    assert changed == []
    assert [
        key for key, (_status, body) in after.items() if MARK.encode() in body and MARK not in key[1]
    ] == []


def test_the_matrix_notices_what_is_public(world: World) -> None:
    """The comparison above is worth something: one more public resource does change the pages."""
    before = everything_about_many(world)
    from media_library import worker
    from tests.factories import make_published

    make_published(agency=world.owner, title=f"{MARK} công khai")
    worker.settle()
    after = everything_about_many(world)
    changed = {url.split("?")[0] for (_who, url), answer in after.items() if answer != before[_who, url]}
    feed, sitemap = "/feeds/KIN-1/chuyen-muc/feed.json", "/sitemap-resources-0.xml"
    assert {"/vi/search/", "/vi/agency/KIN-1/", feed, sitemap} <= changed


def _cases(world: World) -> Iterator[tuple[str, str, Resource]]:
    for person in OUTSIDERS:
        for state, rows in world.hidden.items():
            for row in rows:
                yield person, state, Resource.objects.get(pk=row.pk)


def _beyond_its_title(body: bytes, row: Resource) -> str:
    """What stands there besides the title and the address, which a withdrawal may name."""
    return body.decode().replace(row.title, "").replace(row.slug, "")


def missing_answers(client: Client, row: Resource, url: str) -> tuple[int, bytes]:
    """The answer to the same address of a resource that never was."""
    never = "k57-0000-0000"
    other = url.replace(row.public_id, never)
    status, body = body_of(client, other)
    return status, body.replace(never.encode(), row.public_id.encode())


def test_hidden_and_missing_answer_alike_at_every_address_of_one(world: World) -> None:
    build_hidden(world)
    leaks, seen = [], 0
    for person, state, row in _cases(world):
        client = client_for(world.people[person])
        for name, addresses in routes.ABOUT_ONE.items():
            for url in addresses(row):
                seen += 1
                status, body = body_of(client, url)
                if state == "withdrawn":
                    if status != 410 or MARK in _beyond_its_title(body, row):
                        leaks.append((person, state, name, url, status))
                    continue
                if (status, body) != missing_answers(client, row, url) or status != 404:
                    leaks.append((person, state, name, url, status))
    assert leaks == []
    assert seen >= len(OUTSIDERS) * len(STATES) * 20


def test_a_withdrawn_resource_says_why_and_nothing_else_of_it(world: World) -> None:
    build_hidden(world)
    row = world.hidden["withdrawn"][0]
    status, body = body_of(Client(), f"/vi/r/{row.public_id}/{row.slug}/")
    assert status == 410
    assert REASON in body.decode()


def test_stored_files_are_served_to_their_agency_only(world: World) -> None:
    build_hidden(world)
    wrong = []
    for person, user in world.people.items():
        client = client_for(user)
        for rows in world.hidden.values():
            for row in rows:
                for url in routes.FOR_STAFF["media_library:staff_file"](row):
                    status, _body = body_of(client, url)
                    if (status == 200) != (person in INSIDERS):
                        wrong.append((person, url, status))
    assert wrong == []


def test_a_draft_over_a_public_version_shows_nowhere(world: World) -> None:
    row = add_draft_over_live(world)
    world.public.append(row)
    found = everything_about_many(world)
    assert [
        key for key, (_status, body) in found.items() if MARK.encode() in body and MARK not in key[1]
    ] == []
    draft = Resource.objects.get(pk=row.pk).get_latest_revision_as_object()
    fresh = [asset.file for asset in draft.assets.all()]
    for file in fresh:
        for rendition in file.renditions.all():
            url = f"/files/{row.public_id}/{row.slug}-w640-{rendition.digest}.webp"
            assert body_of(Client(), url)[0] == 404


def test_what_has_passed_its_expiry_is_gone_from_pages_before_the_scheduler_comes(world: World) -> None:
    from tests.leaks.population import UNSWEPT

    (make,) = UNSWEPT.values()
    row = make(world, "photo")
    client = Client()
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
