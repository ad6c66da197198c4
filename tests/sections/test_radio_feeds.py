"""Bulletins by the kind of agency, for the programs of stations."""

from __future__ import annotations

import feedparser
import pytest
from django.test import Client
from django.utils import timezone

from cms.sections.forms import FEEDS, Form
from media_library import collector, publishing
from media_library.models import Agency, AgencyType
from tests import factories as make
from tests.sections.rich import episode
from tests.sections.schema import check
from tests.sections.test_forms import partytime

pytestmark = pytest.mark.django_db


def titles(client: Client, kind: str) -> list[str]:
    read = client.get(f"/feeds/radio/{kind}/feed.json").json()
    check(read)
    return [item["title"] for item in read["items"]]


def test_each_kind_of_agency_has_the_bulletins_of_its_agencies_of_today(client: Client) -> None:
    ward, commune = make.make_agency(type="ward"), make.make_agency(type="commune")
    row = episode(title="Bản tin của xã", agency=commune)
    episode(title="Bản tin của phường", agency=ward)
    make.make_published("article", agency=ward, title="Bài viết")
    make.make_resource("podcast", agency=ward, title="Bản nháp")
    assert titles(client, "ward") == ["Bản tin của phường"]
    assert titles(client, "commune") == ["Bản tin của xã"]
    assert titles(client, "press") == []
    Agency.objects.filter(pk=commune.pk).update(successor=ward)
    assert (titles(client, "ward"), titles(client, "commune")) == (
        ["Bản tin của phường", "Bản tin của xã"],
        [],
    )
    publishing.withdraw(resource=row, by=make.make_lead(), reason="Sai.", at=timezone.now())
    assert titles(client, "ward") == ["Bản tin của phường"]


def test_it_is_a_podcast_with_the_copy_for_stations(client: Client) -> None:
    row = episode(title="Bản tin", agency=make.make_agency(type="ward"))
    copy = make.make_heard(row, name="broadcast.mp3", content=b"at -23 LUFS")
    answer = client.get("/feeds/radio/ward/podcast.xml")
    (read,) = partytime(answer.content)
    (one,) = read["items"]
    assert read["title"] == "Bản tin phát thanh: Phường"
    (other,) = one["alternativeEnclosures"]
    assert (other["type"], other["length"]) == ("audio/mpeg", copy.size)
    assert copy.digest in other["source"][0]["uri"] and copy.digest not in one["enclosure"]["url"]
    assert feedparser.parse(answer.content).bozo == 0
    collector.collect(at=timezone.now())
    assert client.get("/feeds/radio/ward/podcast.xml").content == answer.content
    assert client.get(other["source"][0]["uri"].partition("example")[2]).status_code == 200


def test_what_the_licence_closes_is_no_episode(client: Client) -> None:
    row = make.make_published("podcast", agency=make.make_agency(type="ward"), licence="press-only")
    copy = make.make_heard(row, name="broadcast.mp3")
    assert copy.digest not in client.get("/feeds/radio/ward/podcast.xml").content.decode()


@pytest.mark.parametrize("form", FEEDS, ids=lambda form: form.name)
def test_every_kind_answers_in_every_form_and_an_unknown_one_in_its_own(form: Form, client: Client) -> None:
    name = form.name
    for kind in AgencyType.values:
        assert client.get(f"/feeds/radio/{kind}/{name}").status_code == 200
    never = client.get(f"/feeds/topic/khong-co/{name}")
    for kind in ("district", "WARD", "a" * 300):
        answer = client.get(f"/feeds/radio/{kind}/{name}")
        assert (answer.status_code, answer["Content-Type"]) == (404, never["Content-Type"]), kind
        assert answer.content == never.content
