"""The embargo matrix: every sort of reader, a second before, at, and a second after, over every public route.

Before: whoever has not accepted the embargo is answered byte for byte as if the resource had never been, or where
it was announced as everyone is; at the desk accredited press is shown its title. Who accepted it has its page and
its files, and nothing else changes for them either. At the second it is public to all.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cms.newsroom import collecting
from cms.newsroom.accreditation import deciding
from cms.newsroom.embargo import ahead
from cms.newsroom.models import EmbargoOpening, Lightbox
from media_library import publishing, scheduler, worker
from media_library.files.storage import open_range
from media_library.kinds import Kind
from media_library.models import Resource, User
from tests.clients import PlainClient, plain_client
from tests.factories import (
    audience,
    make_lead,
    make_published,
    make_rendition,
    make_stored_file,
    make_user,
    topic,
    unreferenced,
)
from tests.leaks import routes
from tests.leaks.population import MARK, World, _marked, build_people
from tests.leaks.test_public_routes import _beyond_its_title, body_of, missing_answers
from tests.newsroom.press import make_journalist

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.slow]

END = datetime(2027, 10, 10, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ACCEPTED = "accredited, accepted"
READING = (ACCEPTED, "accredited, not accepted", "accredited of another outlet, not accepted")
"""Who is shown the desk."""
DENIED = (
    "anonymous",
    "signed in",
    "accreditation expired",
    "accreditation taken back",
    "other agency's editor",
)
Answer = tuple[int, bytes]


@pytest.fixture
def world(time_machine: Any) -> World:
    """People and what is public, a second before the embargo ends."""
    time_machine.move_to(END - SECOND, tick=False)
    cache.clear()
    return _people_and_public()


@unreferenced
def _people_and_public() -> World:
    world, lead, now = build_people(), make_lead(), timezone.now()
    for kind in (Kind.PHOTO, Kind.PODCAST):
        row = make_published(kind, agency=world.owner, topics=[topic()], audiences=[audience()])
        _with_public_copy(row)
        world.public.append(row)
    worker.settle()
    expired = make_journalist("Báo hết hạn", until=now - timedelta(hours=1), by=lead)
    taken = make_journalist("Báo bị thu hồi", by=lead)
    deciding.take_back(taken.accreditations.get(), reason="Vi phạm.", by=lead, at=now)
    world.people = {
        "anonymous": None,
        "signed in": make_user(),
        ACCEPTED: make_journalist("Báo Huế", by=lead),
        READING[1]: make_journalist("Báo Huế", by=lead),
        READING[2]: make_journalist("Đài Huế", by=lead),
        "accreditation expired": expired,
        "accreditation taken back": taken,
        "other agency's editor": world.people["editor of another agency"],
    }
    assert {*READING, *DENIED} == world.people.keys()
    return world


def _with_public_copy(row: Resource) -> None:
    assert row.original is not None
    make_rendition(row.original.file, name="full.jpg", purpose="download", format="jpeg")


def _noise() -> bytes:
    """A picture like no other."""
    buffer = BytesIO()
    Image.effect_noise((640, 400), 90).save(buffer, "PNG")
    return buffer.getvalue()


@unreferenced
def hold(world: World) -> dict[str, Resource]:
    """What is under embargo: for the press, announced besides, and for nobody; some have accepted it."""
    kinds = {"offered": Kind.PHOTO, "offered and announced": Kind.PODCAST, "not offered": Kind.PHOTO}
    held = {}
    for state, kind in kinds.items():
        told: dict[str, Any] = {
            "embargo_announced": "announced" in state,
            "embargo_for_press": state != "not offered",
        }
        if kind == Kind.PHOTO:
            told["file"] = make_stored_file(world.owner, content=_noise())
        row = _marked(world, kind, embargo_until=END, **told)
        publishing.publish(resource=row, by=None, at=timezone.now())
        held[state] = Resource.objects.get(pk=row.pk)
        _with_public_copy(held[state])
        for person in (ACCEPTED, "accreditation expired", "accreditation taken back"):
            user = world.people[person]
            assert user is not None
            ahead.accept(held[state], by=user.accreditations.get(), at=timezone.now())
    worker.settle()
    return held


def clients_of(world: World) -> dict[str, PlainClient]:
    return {person: plain_client(user) for person, user in world.people.items()}


PERSONAL = ("/vi/press/?", "/vi/press/accreditation/")
"""Pages that say who is asking."""


def of_many(world: World) -> list[str]:
    """Of each kind of page of many one, and those that ask for the mark."""
    found = [PERSONAL[1]]
    for addresses in routes.ABOUT_MANY.values():
        urls = list(addresses(world))
        found += [urls[0], *[url for url in urls if url.endswith((f"?q={MARK}", f"{MARK}&lang=vi"))]]
    return [url for url in dict.fromkeys(found) if not url.startswith("/en/")]


def test_before_nothing_of_many_changes_for_anybody(world: World) -> None:
    """Searches, counts, facets, suggestions, feeds, sitemap, oEmbed: not a byte, whoever asks."""
    clients, urls = clients_of(world), of_many(world)
    before = {("anonymous", url): body_of(clients["anonymous"], url) for url in urls}
    assert sum(status == 200 for status, _body in before.values()) > 0.9 * len(before)
    personal = [url for url in urls if url.startswith(PERSONAL)]
    before |= {(who, url): body_of(client, url) for who, client in clients.items() for url in personal}
    hold(world)
    cache.clear()
    after = {(who, url): body_of(client, url) for who, client in clients.items() for url in urls}
    usual = {(who, url): before.get((who, url), before["anonymous", url]) for who, url in after}
    assert len(after) > 8 * 35
    assert [key for key in after if after[key] != usual[key]] == []


ITS_PAGE, ITS_FILES = "newsroom:resource", "taking:offer"


def test_before_every_address_of_one_answers_all_as_if_it_had_never_been(world: World) -> None:
    held, clients = hold(world), clients_of(world)
    known: dict[str, Answer] = {}
    wrong: list[tuple[object, ...]] = []
    asked, opened = 0, set()
    for state, row in held.items():
        for name, addresses in routes.ABOUT_ONE.items():
            for number, url in enumerate(addresses(row)):
                anyone = body_of(clients["anonymous"], url)
                told = state == "offered and announced" and name not in ("media_library:file", ITS_FILES)
                missing = missing_answers(clients["anonymous"], row, url, known)
                held_back = anyone[0] == 403 and MARK not in _beyond_its_title(anyone[1], row)
                wrong += [] if (held_back if told else anyone == missing) else [("anonymous", state, url)]
                if url.startswith("/en/") or number > 2:
                    continue
                for person, client in clients.items():
                    if state == "not offered" and person not in READING:
                        continue
                    answer, asked = body_of(client, url), asked + 1
                    if answer == anyone:
                        continue
                    if person == ACCEPTED and state != "not offered" and name in (ITS_PAGE, ITS_FILES):
                        opened.add((state, name, answer[0]))
                    else:
                        wrong.append((person, state, url, answer[0]))
    assert wrong == [] and asked > 8 * 2 * 20
    pages = {(one, ITS_PAGE, 200) for one in ("offered", "offered and announced")}
    assert opened == pages | {("offered", ITS_FILES, 302)}


def test_before_the_desk_shows_its_title_to_accredited_press_and_to_nobody_else(world: World) -> None:
    held, clients = hold(world), clients_of(world)
    for person, client in clients.items():
        shown = {state: f"/vi/press/embargoed/{row.public_id}/" for state, row in held.items()}
        desk = body_of(client, "/vi/press/embargoed/")
        if person not in READING:
            missing = body_of(client, "/vi/press/embargoes/")
            same = desk[1].replace(b"press/embargoed/", b"press/embargoes/")
            assert (desk[0], same) == (404, missing[1]), person
            places = [f"{place}{more}" for place in shown.values() for more in ("", "picture/", "kit/")]
            assert {body_of(client, place)[0] for place in places} == {404}, person
            assert {client.post(place, {"accept": "yes"}).status_code for place in places} == {404}, person
            continue
        text = desk[1].decode()
        for state in ("offered", "offered and announced"):
            assert held[state].title in text and shown[state] in text, person
        assert shown["not offered"] not in text and body_of(client, shown["not offered"])[0] == 404
        rest = text.replace(held["offered"].title, "")
        assert MARK not in rest, "the title alone"
        for state in ("offered", "offered and announced"):
            status, body = body_of(client, shown[state])
            assert status == (303 if person == ACCEPTED else 200), person
            assert MARK not in body.decode().replace(held[state].title, ""), person
            picture = body_of(client, f"{shown[state]}picture/")[0]
            assert picture == (200 if person == ACCEPTED and state == "offered" else 404), person


def test_before_no_lightbox_no_kit_and_no_check_of_a_file_tells_of_it(world: World) -> None:
    held, clients = hold(world), clients_of(world)
    kit = _kit_of(clients[ACCEPTED], held["offered"])
    assert body_of(clients[ACCEPTED], kit)[0] == 200
    for person, client in clients.items():
        if person != ACCEPTED:
            status, body = body_of(client, kit)
            assert (status, MARK.encode() in body) == (410, False), person
        user = world.people[person]
        if user is not None:
            _lightbox_tells_nothing(client, user, held)
    original = held["offered"].original
    assert original is not None
    file = original.file
    content = b"".join(open_range(file.storage_name, length=file.size))
    for person in ("anonymous", ACCEPTED):
        sent = SimpleUploadedFile("that.png", content)
        answer = clients[person].post("/vi/verify/", {"file": sent})
        assert answer.status_code == 200 and MARK.encode() not in answer.content, person
        assert b"verdict--unknown" in answer.content, person


def _kit_of(client: PlainClient, row: Resource) -> str:
    place = f"/vi/press/embargoed/{row.public_id}/kit/"
    return str(client.post(place, {"purpose": "news", "credit": "1"}).url)


def _lightbox_tells_nothing(client: PlainClient, user: User, held: dict[str, Resource]) -> None:
    """Also where they stand in it already, as if they had been chosen when they were public."""
    at = timezone.now()
    box = Lightbox.objects.create(owner=user, title="Khay", created_at=at, changed_at=at)
    for row in held.values():
        box.entries.create(resource=row, place=row.pk)
        assert client.post("/vi/press/lightbox/choose/", {"id": row.public_id}).status_code == 404
    token = collecting.share(box, days=7, at=at).token
    places = [f"/vi/press/lightbox/{box.key}/", f"/vi/press/shared/{token}/", "/press/tray"]
    for place in places:
        assert MARK.encode() not in body_of(client, place)[1], (user, place)
    take = [f"{row.public_id}:print" for row in held.values()]
    packed = client.post(places[0] + "kit/", {"take": take, "purpose": "news", "credit": "1"})
    assert packed.status_code == 400 and MARK.encode() not in packed.content


def test_what_accredited_eyes_are_shown_is_kept_by_no_cache(world: World) -> None:
    row, client = hold(world)["offered"], clients_of(world)[ACCEPTED]
    taken = client.post(
        f"/vi/press/r/{row.public_id}/", {"offer": "print", "purpose": "news", "terms": "yes"}
    )
    assert taken.status_code == 303
    desk = "/vi/press/embargoed/"
    places = [
        desk,
        f"{desk}{row.public_id}/",
        f"{desk}{row.public_id}/picture/",
        f"/vi/press/r/{row.public_id}/",
    ]
    for place in (*places, taken.url, _kit_of(client, row)):
        answer = client.get(place)
        assert answer.status_code in (200, 303) and answer["Cache-Control"] == "private, no-store", place
    assert EmbargoOpening.objects.count() == 3, "page, file, kit"


def test_at_the_second_and_after_it_is_public_to_all_everywhere(world: World, time_machine: Any) -> None:
    """At once on pages, at the scheduler's next tick in what is rendered; and as any other public resource."""
    held, clients = hold(world), clients_of(world)
    for moment in (END, END + SECOND):
        time_machine.move_to(moment, tick=False)
        assert [wrong for row in held.values() for wrong in differing(world, clients, row)] == []
        assert MARK in body_of(clients["anonymous"], f"/vi/search/?q={MARK}")[1].decode()
        desk = body_of(clients[ACCEPTED], "/vi/press/embargoed/")
        assert desk[0] == 200 and MARK not in desk[1].decode()
    time_machine.move_to(END, tick=False)
    assert scheduler.tick(timezone.now()) >= len(held)
    worker.settle()
    cache.clear()
    places = (
        "/feeds/KIN-1/chuyen-muc/feed.json",
        "/sitemap-resources-0.xml",
        "/vi/agency/KIN-1/",
        "/vi/press/",
    )
    for place in places:
        status, body = body_of(clients["anonymous"], place)
        told = [row.public_id for row in held.values() if row.public_id in body.decode()]
        assert (status, len(told)) == (200, len(held)), place


def differing(
    world: World, clients: dict[str, PlainClient], row: Resource
) -> list[tuple[str, str, list[int], list[int]]]:
    """Where ``row`` does not answer as what was public all along does."""
    control = dict(zip((Kind.PHOTO, Kind.PODCAST), world.public, strict=True))[Kind(row.kind)]
    wrong = []
    for name, addresses in routes.ABOUT_ONE.items():
        of_control = [body_of(clients["anonymous"], url)[0] for url in addresses(control)[:2]]
        for person in clients if name in (ITS_PAGE, ITS_FILES) else ("anonymous",):
            found = [body_of(clients[person], url)[0] for url in addresses(row)[:2]]
            wrong += [(person, name, of_control, found)] if {*found} != {*of_control} else []
    return wrong


def test_every_route_of_the_desk_is_asked_here() -> None:
    asked = {"embargoed", "embargoed_one", "embargoed_picture", "embargoed_kit"}
    assert {name.partition(":")[2] for name in routes.FOR_ACCREDITED} == asked
