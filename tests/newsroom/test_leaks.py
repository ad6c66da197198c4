"""Every hidden state by every route of lightboxes, links, kits, tray and contact sheet, for every kind of person.

The hidden rows stand in each lightbox already, as if they had been chosen when they were public: the answers must
be those of a lightbox that says no more than how many are not there.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.newsroom import collecting, holding
from cms.newsroom.models import Kit, Lightbox
from media_library.models import Resource, User
from tests.clients import PlainClient, plain_client
from tests.leaks import routes
from tests.leaks.population import MARK, STATES, TOLD_OF, UNSWEPT, World, build_people

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def world() -> World:
    world = build_people()
    for state, make in {**STATES, **TOLD_OF, **UNSWEPT}.items():
        world.hidden[state] = [Resource.objects.get(pk=make(world, "photo").pk)]
    return world


def holder(user: User | None) -> tuple[PlainClient, Lightbox]:
    """A client with a lightbox of its own, begun as a visit or by the account."""
    client, at = plain_client(user), timezone.now()
    box = Lightbox.objects.create(owner=user, title="Khay", created_at=at, changed_at=at)
    if user is None:
        client.get("/admin/login/")
        session = client.session
        session[holding.HELD] = [box.key]
        session.save()
        client.cookies["sessionid"] = session.session_key
    return client, box


ASKING = ("anonymous", "editor of another agency", "editor of the agency", "lead editor")
"""Of the people of the world one of each sort: all of them are told the same here."""


def addresses(box: Lightbox, *languages: str) -> list[str]:
    token = collecting.share(box, days=7, at=timezone.now()).token
    pages = [f"press/lightbox/{box.key}/{name}" for name in ("", "compare/", "sheet.pdf")]
    pages += [f"press/shared/{token}/{name}" for name in ("", "sheet.pdf")]
    given_out = []
    if box.owner_id:
        Lightbox.objects.filter(pk=box.pk).update(public_code=box.key, public_since=timezone.now())
        pages.append(f"press/public/{box.key}/")
        given_out = [f"/feeds/lightbox/{box.key}/{name}" for name in ("feed.json", "rss.xml", "atom.en.xml")]
        given_out.append(f"/embed/lightbox/{box.key}/")
    return ["/press/tray", *given_out, *(f"/{lang}/{page}" for lang in languages for page in pages)]


def same(url: str) -> bool:
    """Whether what is hidden may not change a byte: other pages say how many are not there."""
    return "sheet" in url or url.startswith(("/feeds/", "/embed/"))


def body_of(client: PlainClient, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return bytes(answer.content)


def test_nothing_hidden_is_seen_chosen_or_packed(world: World) -> None:
    rows = [row for found in world.hidden.values() for row in found]
    wrong: list[tuple[object, ...]] = []
    for person in ASKING:
        client, box = holder(world.people[person])
        languages = ("vi", "en") if person == "anonymous" else ("vi",)
        empty = {url: body_of(client, url) for url in addresses(box, "vi") if same(url)}
        for row in rows:
            box.entries.create(resource=row, place=row.pk)
        for url in addresses(box, *languages):
            body = body_of(client, url)
            wrong += [(person, url)] if MARK.encode() in body else []
        wrong += [(person, url) for url, body in empty.items() if body_of(client, url) != body]
        for state, found in world.hidden.items():
            chosen = client.post("/vi/press/lightbox/choose/", {"id": found[0].public_id})
            back = client.post(f"/vi/press/lightbox/{box.key}/add/", {"id": found[0].public_id})
            wrong += [(person, state, "choose")] * ((chosen.status_code, back.status_code) != (404, 404))
        take = [f"{row.public_id}:web" for row in rows]
        packed = client.post(
            f"/vi/press/lightbox/{box.key}/kit/", {"take": take, "purpose": "news", "credit": "1"}
        )
        wrong += [(person, "pack")] * (packed.status_code != 400 or MARK.encode() in packed.content)
    assert wrong == []
    assert len(rows) >= 8 and Kit.objects.count() == 0
    assert kits_made_before(world) == []


def kits_made_before(world: World) -> list[tuple[object, ...]]:
    """Of kits made when it was public: who is sent anything, or told a name."""
    at, wrong = timezone.now(), []
    for state, found in world.hidden.items():
        kit = Kit.objects.create(
            title="Gói", language="vi", purpose="news", selection=[[found[0].public_id, ["web"]]], etag="0" * 64,
            size=1, created_at=at, expires_at=at + timedelta(days=7),
        )  # fmt: skip
        for person in ASKING:
            answer = plain_client(world.people[person]).get(
                f"/press/kits/{kit.token}.zip", headers={"Range": "bytes=0-9"}
            )
            told = MARK.encode() in answer.content or found[0].public_id.encode() in answer.content
            wrong += [(person, state, answer.status_code)] if answer.status_code != 410 or told else []
    return wrong


def test_another_persons_lightbox_is_one_that_never_was() -> None:
    world = build_people()
    _client, box = holder(world.people["editor of the agency"])
    never = Lightbox(key="0" * 24)
    for person in ("anonymous", "communicator of the agency", "lead editor", "administrator"):
        client = plain_client(world.people[person])
        for name in ("", "compare/", "sheet.pdf"):
            theirs, none = (client.get(f"/vi/press/lightbox/{one.key}/{name}") for one in (box, never))
            assert (theirs.status_code, none.status_code) == (404, 404)
            assert theirs.content.replace(box.key.encode(), never.key.encode()) == none.content


def test_every_route_of_a_holder_is_asked_here() -> None:
    asked = {"lightboxes", "choose", "lightbox", "compare", "pack", "sheet", "act", "shared", "copy"}
    asked |= {"shared_sheet", "tray", "kit", "opened", "copy_opened"}
    asked |= {"enquiries", "enquiry"}  # in test_enquiries.py
    assert {name.partition(":")[2] for name in routes.OF_THEIR_HOLDER} == asked
