"""Lightboxes open to all: page, frame and feeds in every form, who may open one, and what they never show."""

from __future__ import annotations

import feedparser
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom import collecting
from cms.newsroom.models import Lightbox
from cms.sections.forms import FEEDS, in_language
from media_library.models import Resource, User
from tests import factories as make
from tests.sections.schema import check

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(owner: User | None, *rows: Resource) -> Lightbox:
    at = timezone.now()
    box = Lightbox.objects.create(owner=owner, title="Chuyển đổi số ở xã", created_at=at, changed_at=at)
    for row in rows:
        collecting.choose(box, row, at=at)
        collecting.note(box, public_id=row.public_id, text="chỉ cho tôi", at=at)
    return box


def act(client: Client, box: Lightbox, name: str) -> str:
    answer = client.post(f"/vi/press/lightbox/{box.key}/{name}/")
    assert answer.status_code == 302
    return str(answer["Location"])


def code_of(box: Lightbox) -> str:
    box.refresh_from_db()
    assert box.public_code
    return box.public_code


def titles(client: Client, code: str) -> list[str]:
    read = client.get(f"/feeds/lightbox/{code}/feed.json").json()
    check(read)
    return [one["title"] for one in read["items"]]


def test_opened_it_has_a_page_a_frame_and_every_feed_in_the_order_of_its_owner() -> None:
    owner = make.make_communicator(make.make_agency())
    rows = [make.make_published(title=f"Tin {n}") for n in range(3)]
    box = filled(owner, *rows)
    client, anyone = signed_in(owner), Client()
    assert "told=opened" in act(client, box, "open")
    own = client.get(f"/vi/press/lightbox/{box.key}/").content.decode()
    assert f"/embed/lightbox/{code_of(box)}/" in own and "Đóng lại" in own
    collecting.shift(box, public_id=rows[2].public_id, by=-2, at=timezone.now())
    assert titles(anyone, code_of(box)) == ["Tin 2", "Tin 0", "Tin 1"]
    for form in FEEDS:
        for language in ("vi", "en"):
            answer = anyone.get(f"/feeds/lightbox/{code_of(box)}/{in_language(form.name, language)}")
            assert (answer.status_code, answer["Content-Type"]) == (200, form.media_type)
            assert "chỉ cho tôi" not in answer.content.decode()
            if form.name.endswith(".xml"):
                assert feedparser.parse(answer.content).bozo == 0
    assert "Tin 2" in anyone.get(f"/embed/lightbox/{code_of(box)}/").content.decode()
    for lang in ("vi", "en"):
        page = anyone.get(f"/{lang}/press/public/{code_of(box)}/")
        told = page.content.decode()
        assert page.status_code == 200 and "Tin 1" in told and "chỉ cho tôi" not in told
        feed = in_language("rss.xml", lang)
        assert f'href="/feeds/lightbox/{code_of(box)}/{feed}"' in told


def test_closed_it_is_gone_everywhere_and_opened_again_it_has_its_addresses() -> None:
    owner = make.make_communicator(make.make_agency())
    box = filled(owner, make.make_published(title="Tin"))
    client, anyone = signed_in(owner), Client()
    act(client, box, "open")
    code = code_of(box)
    places = (
        f"/vi/press/public/{code}/",
        f"/feeds/lightbox/{code}/feed.json",
        f"/feeds/lightbox/{code}/rss.en.xml",
        f"/embed/lightbox/{code}/",
    )
    assert {anyone.get(place).status_code for place in places} == {200}
    assert "told=closed" in act(client, box, "close")
    never = {place.replace(code, "0" * 24) for place in places}
    assert {anyone.get(place).status_code for place in (*places, *never)} == {404}
    act(client, box, "open")
    assert (code_of(box), titles(anyone, code)) == (code, ["Tin"])
    act(client, box, "delete")
    assert {anyone.get(place).status_code for place in places} == {404}
    act(client, box, "restore")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert {anyone.get(place).status_code for place in places} == {404}


def test_only_who_is_known_opens_a_lightbox_and_only_their_own() -> None:
    row = make.make_published()
    stranger = make.make_user()
    theirs = filled(stranger, row)
    assert "told=unopened" in act(signed_in(stranger), theirs, "open")
    told = signed_in(stranger).get(f"/vi/press/lightbox/{theirs.key}/?told=unopened").content.decode()
    assert "Khay chưa được mở" in told and "/open/" not in told
    lead = make.make_lead()
    assert signed_in(lead).post(f"/vi/press/lightbox/{theirs.key}/open/").status_code == 404
    with pytest.raises(collecting.NotOpened):
        collecting.open_to_all(theirs, by=lead, at=timezone.now())
    visit = filled(None, row)
    with pytest.raises(collecting.NotOpened):
        collecting.open_to_all(visit, by=lead, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Lightbox.objects.filter(pk=visit.pk).update(public_since=timezone.now(), public_code="x")
    with pytest.raises(ObjectDoesNotExist):
        Lightbox.objects.get(public_since__isnull=False)
    assert "told=opened" in act(signed_in(lead), filled(lead, row), "open")


def test_it_shows_the_public_alone_whatever_stands_in_it() -> None:
    owner = make.make_lead()
    shown = make.make_published(title="Được thấy")
    refused = make.make_published(title="Không nhúng")
    Resource.objects.filter(pk=refused.pk).update(embedding_refused="Ảnh có người")
    hidden = [make.make_resource(title="Bản nháp"), make.make_embargoed(), make.make_withdrawn()]
    box = filled(owner, shown, refused, *hidden)
    act(signed_in(owner), box, "open")
    assert titles(Client(), code_of(box)) == ["Được thấy"]
    page = Client().get(f"/vi/press/public/{code_of(box)}/").content.decode()
    assert "Được thấy" in page and "Không nhúng" in page
    assert [row.title for row in hidden if row.title in page] == []
    reader = Client()
    there = reader.post(f"/vi/press/public/{code_of(box)}/copy/", headers={"Sec-Fetch-Site": "same-origin"})
    assert there.status_code == 302
    copied = Lightbox.objects.latest("pk")
    assert list(copied.entries.values_list("note", flat=True)) == ["", ""]


def test_page_feed_and_frame_ask_as_many_queries_of_two_as_of_six() -> None:
    owner = make.make_lead()
    box = filled(owner, *(make.make_published() for _one in range(2)))
    act(signed_in(owner), box, "open")
    code = code_of(box)
    places = (f"/vi/press/public/{code}/", f"/feeds/lightbox/{code}/rss.xml", f"/embed/lightbox/{code}/")

    def asked() -> list[int]:
        counts = []
        for place in places:
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(place).status_code == 200
            counts.append(len(queries))
        return counts

    asked()
    few = asked()
    for _one in range(4):
        collecting.choose(box, make.make_published(), at=timezone.now())
    assert asked() == few and max(few) <= 20
