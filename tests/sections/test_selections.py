"""Feeds of terms, agencies, campaigns, resources and searches; their queries are counted in tests/portal."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from cms.sections import selecting
from cms.sections.forms import FEEDS, in_language
from media_library import publishing, worker
from media_library.models import Agency, Resource
from search.engines.contract import Unavailable
from tests import factories as make
from tests.sections.rich import campaign, episode
from tests.sections.schema import check

pytestmark = pytest.mark.django_db


def populated() -> dict[str, Any]:
    """One public resource that everything selects, and one hidden that nothing may show."""
    agency, theme = make.make_agency("Sở Y tế"), campaign()
    terms = {"topics": [make.topic("stem", "STEM")], "audiences": [make.audience("students")]}
    shown = make.make_published(title="Được thấy", agency=agency, campaign=theme, **terms)
    make.make_resource(title="Bản nháp", agency=agency, campaign=theme, **terms)
    return {"agency": agency, "shown": shown}


def bases(world: dict[str, Any]) -> list[str]:
    return [
        "/feeds/topic/stem",
        "/feeds/audience/students",
        f"/feeds/agency/{world['agency'].code}",
        "/feeds/campaign/ngay-chuyen-doi-so",
        f"/feeds/r/{world['shown'].public_id}",
        "/feeds/search",
    ]


def test_every_selection_comes_in_every_form_and_language_and_shows_the_public_alone(client: Client) -> None:
    world = populated()
    worker.settle()
    for base in bases(world):
        for form in FEEDS:
            for language in ("vi", "en"):
                url = f"{base}/{in_language(form.name, language)}"
                response = client.get(url)
                assert response.status_code == 200, url
                assert response["Content-Type"] == form.media_type
                assert response["Access-Control-Allow-Origin"] == "*" and not response.cookies
                assert "Bản nháp" not in response.content.decode()
                if form.name.endswith(".xml"):
                    assert feedparser.parse(response.content).bozo == 0, url
        read = client.get(f"{base}/feed.json").json()
        check(read)
        assert [item["title"] for item in read["items"]] == ["Được thấy"]
        assert read["feed_url"] == f"https://kho57.example{base}/feed.json"
        assert read["_kho57"]["selection"] == base.removeprefix("/feeds/")


def test_a_search_as_a_feed_holds_what_is_asked_for_newest_first(client: Client) -> None:
    now = timezone.now()
    make.make_published("video", title="Chuyển đổi số ở xã", at=now - timedelta(days=3))
    make.make_published("article", title="Chuyển đổi số ở trường", at=now - timedelta(days=1))
    make.make_published("article", title="Khác hẳn", at=now, topics=[make.topic("khac", "Khác")])
    worker.settle()
    asked = urlencode({"q": "chuyen doi so", "utm_source": "x", "after": "abc"})
    read = client.get(f"/feeds/search/feed.json?{asked}").json()
    assert [item["title"] for item in read["items"]] == ["Chuyển đổi số ở trường", "Chuyển đổi số ở xã"]
    assert read["feed_url"].endswith("/feeds/search/feed.json?q=chuyen+doi+so&sort=newest")
    films = client.get("/feeds/search/feed.json?kind=video&limit=-1&kind=khong-co").json()
    assert [item["title"] for item in films["items"]] == ["Chuyển đổi số ở xã"]
    nothing = client.get("/feeds/search/atom.xml?q=zzzzqqqq")
    assert nothing.status_code == 200 and etree.fromstring(nothing.content) is not None


def test_a_search_that_does_not_answer_says_so_in_the_forms_own_format(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*args: Any, **how: Any) -> None:
        raise Unavailable("down")

    monkeypatch.setattr(selecting.selections.library_search, "documents_found", unavailable, raising=False)
    response = client.get("/feeds/search/feed.json?q=x")
    assert response.status_code == 503 and response["Retry-After"]
    assert json.loads(response.content)["error"]["code"] == "service_unavailable"


def test_who_has_it_gets_304_and_who_packs_gets_less(client: Client) -> None:
    populated()
    first = client.get("/feeds/topic/stem/feed.json")
    again = client.get("/feeds/topic/stem/feed.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = client.get("/feeds/topic/stem/feed.json", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content and packed["ETag"] != first["ETag"]
    assert client.post("/feeds/topic/stem/feed.json").status_code == 405
    assert client.head("/feeds/topic/stem/feed.json").content == b""


def test_a_merged_agency_leads_to_its_successor_for_ever(client: Client) -> None:
    old, new = make.make_agency(), make.make_agency("UBND phường Mới")
    make.make_published(title="Của cơ quan cũ", agency=old)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    response = client.get(f"/feeds/agency/{old.code}/rss.en.xml")
    assert (response.status_code, response["Location"]) == (301, f"/feeds/agency/{new.code}/rss.en.xml")
    read = client.get(f"/feeds/agency/{new.code}/feed.json").json()
    assert [item["title"] for item in read["items"]] == ["Của cơ quan cũ"]


def test_what_is_no_more_and_what_never_was_is_told_in_the_forms_own_format(client: Client) -> None:
    gone = make.make_withdrawn()
    draft = make.make_resource()
    coming = make.make_published(embargo_until=timezone.now() + timedelta(days=3), embargo_announced=True)
    for row, status in ((gone, 410), (coming, 403), (draft, 404)):
        for form in FEEDS:
            response = client.get(f"/feeds/r/{row.public_id}/{form.name}")
            assert response.status_code == status, form.name
            assert row.title not in response.content.decode()
        assert client.get(f"/feeds/r/{row.public_id}/chapters.json").status_code == status
    never = client.get("/feeds/r/k57-0000-0000/feed.json")
    assert never.content == client.get(f"/feeds/r/{draft.public_id}/feed.json").content
    assert b"BEGIN:VCALENDAR" in client.get("/feeds/topic/khong-co/calendar.ics").content


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/topic/khong-co/feed.json",
        "/feeds/topic/%00/feed.json",
        "/feeds/audience/" + "a" * 500 + "/rss.xml",
        "/feeds/agency/%F0%9F%8E%89/atom.xml",
        "/feeds/campaign/x/feed.fr.json",
        "/feeds/search/feed.exe",
        "/feeds/r/%00/feed.json",
        "/feeds/r/" + "k" * 400 + "/chapters.json",
    ],
)
def test_odd_addresses_are_unknown_and_break_nothing(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


def test_chapters_come_as_players_read_them(client: Client) -> None:
    row = episode()
    response = client.get(f"/feeds/r/{row.public_id}/chapters.json")
    assert response["Content-Type"].startswith("application/json+chapters")
    assert json.loads(response.content)["chapters"] == [
        {"startTime": 0.0, "title": "Mở đầu"},
        {"startTime": 61.5, "title": "Hỏi & đáp"},
    ]
    without = make.make_published("podcast")
    assert client.get(f"/feeds/r/{without.public_id}/chapters.json").json()["chapters"] == []


def test_pages_tell_readers_where_their_feeds_are(client: Client) -> None:
    world = populated()
    worker.settle()
    code = world["agency"].code
    pages = {
        "topic/stem/": "topic/stem/",
        "audience/students/": "audience/students/",
        f"agency/{code}/": f"agency/{code}/",
        "campaign/ngay-chuyen-doi-so/": "campaign/ngay-chuyen-doi-so/",
        "search/?q=thay": "search/",
    }
    for language, name in (("vi", "atom.xml"), ("en", "atom.en.xml")):
        for page, base in pages.items():
            text = client.get(f"/{language}/{page}").content.decode()
            assert 'type="application/atom+xml"' in text
            links = [part.split('"')[0] for part in text.split('href="/feeds/')[1:]]
            found = next(link for link in links if link.startswith(base + name)).replace("&amp;", "&")
            assert client.get(f"/feeds/{found}").status_code == 200
    assert "calendar.ics" in client.get("/vi/campaign/ngay-chuyen-doi-so/").content.decode()


def test_a_withdrawn_resource_leaves_its_selections_at_once(client: Client) -> None:
    world = populated()
    worker.settle()
    row: Resource = world["shown"]
    publishing.withdraw(resource=row, by=make.make_lead(), reason="Sai.", at=timezone.now())
    for base in ("/feeds/topic/stem", f"/feeds/agency/{world['agency'].code}", "/feeds/search"):
        assert client.get(f"{base}/feed.json").json()["items"] == [], base
