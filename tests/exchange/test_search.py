"""What a search answers to another system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.exchange.parameters import SearchParameters
from media_library import publishing
from media_library.kinds import Kind
from media_library.models import Agency, Campaign, Resource, StoredFile
from search import engines
from search.engines.contract import Unavailable
from search.request import FACETS, NAMES
from tests import factories
from tests.exchange.conftest import Ask

pytestmark = pytest.mark.django_db
SITE = "https://kho.example.vn"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = SITE


def test_a_result_tells_everything_that_another_system_shows(ask: Ask) -> None:
    agency = factories.make_agency("Sở Số", name_en="Digital Department", code="SO-1")
    campaign = Campaign.objects.create(code="ngay-so", title="Ngày số", recurs="continuous", lead=agency)
    row = factories.make_published(
        "article",
        agency=agency,
        title="Chữ ký số & <b>cá nhân</b>",
        summary="Ai cũng có.",
        campaign=campaign,
        at=datetime(2026, 10, 10, 1, 0, tzinfo=UTC),
    )
    factories.identify(row, "demo", "r0042")
    (result,) = ask("search", q="chu ky so", lang="en")["results"]
    assert result == {
        "id": row.public_id,
        "identifiers": [{"scheme": "demo", "value": "r0042"}],
        "kind": "article",
        "title": "Chữ ký số & <b>cá nhân</b>",
        "summary": "Ai cũng có.",
        "url": f"{SITE}/vi/r/{row.public_id}/{row.slug}/",
        "language": "vi",
        "agency": {"code": "SO-1", "name": "Digital Department"},
        "audiences": ["students"],
        "topics": ["chuyen-doi-so"],
        "campaign": "ngay-so",
        "published": "2026-10-10T01:00:00Z",
        "licence": "cc-by-4.0",
        "captions": False,
        "duration": None,
        "highlights": {
            "title": "<mark>Chữ ký số</mark> &amp; &lt;b&gt;cá nhân&lt;/b&gt;",
            "snippet": result["highlights"]["snippet"],
        },
        "spoken": None,
        "page": None,
        "picked": False,
        "by_meaning": False,
    }


def test_words_that_are_said_lead_to_their_second(ask: Ask) -> None:
    row = factories.make_published("podcast", title="Bản tin")
    _extract(row, "caption", {"cues": [{"start": 83.6, "end": 86.0, "text": "Truyền thanh cơ sở"}]})
    (result,) = ask("search", q="truyen thanh co so")["results"]
    assert result["spoken"] == {
        "start": 83.6,
        "text": "Truyền thanh cơ sở",
        "url": f"{result['url']}?t=83",
    }


@pytest.mark.parametrize(("licence", "place"), [("cc-by-4.0", ".pdf#page=2"), ("press-only", "/#page-2")])
def test_words_on_a_page_of_a_pdf_lead_there(ask: Ask, licence: str, place: str) -> None:
    row = factories.make_published("document", title="Sổ tay", licence=licence)
    file = _extract(row, "original", {"pages": ["Bìa", "Quy trình ba bước"]})
    factories.make_rendition(file, name="download.pdf", format="png", purpose="download")
    file.renditions.update(media_type="application/pdf")
    (result,) = ask("search", q="quy trinh ba buoc")["results"]
    assert result["page"]["number"] == 2
    assert result["page"]["url"].startswith(SITE) and result["page"]["url"].endswith(place)


def _extract(row: Resource, role: str, words: dict[str, Any]) -> StoredFile:
    asset = row.assets.get(role=role)
    StoredFile.objects.filter(pk=asset.file_id).update(extracted=words)
    publishing.publish(resource=Resource.objects.get(pk=row.pk), by=None, at=timezone.now())
    return asset.file


def test_facets_are_named_in_the_language_asked_for_and_may_be_left_out(ask: Ask) -> None:
    factories.make_published("video", topics=[factories.topic("du-lieu", "Dữ liệu", "Data")])
    factories.make_published("article", topics=[factories.topic("du-lieu")])
    vietnamese = ask("search", kind="video")["facets"]
    assert vietnamese["topic"] == [{"value": "du-lieu", "label": "Dữ liệu", "count": 1, "selected": False}]
    assert [(one["value"], one["count"], one["selected"]) for one in vietnamese["kind"]] == [
        ("article", 1, False),
        ("video", 1, True),
    ]
    assert ask("search", lang="en")["facets"]["topic"][0]["label"] == "Data"
    plain = ask("search", facets="no")
    assert (plain["total"], plain["facets"]) == (2, {})


def test_choices_of_a_facet_are_repeated(ask: Ask) -> None:
    for kind in ("video", "article", "photo"):
        factories.make_published(kind)
    found = ask("search", kind=["video", "article"])
    assert {one["kind"] for one in found["results"]} == {"video", "article"}


def test_a_code_that_nobody_has_finds_nothing_and_is_no_error(ask: Ask) -> None:
    factories.make_published()
    for name in ("audience", "topic", "agency", "campaign"):
        for code in ("NOPE", "không có", "a\x00b", "../x", "😀"):
            assert ask("search", **{name: code})["total"] == 0, (name, code)


def test_the_code_of_a_merged_agency_finds_what_its_successor_has(ask: Ask) -> None:
    old, new = factories.make_agency(code="CU"), factories.make_agency(code="MOI")
    factories.make_published(agency=new)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    assert ask("search", agency="CU")["total"] == 1


def test_pages_follow_one_another_without_gap_or_double(ask: Ask) -> None:
    rows = [factories.make_published(title=f"Kỹ năng số {number}") for number in range(7)]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = ask("search", q="ky nang", limit=3, after=after, facets="no")
        assert page["total"] == 7 and len(page["results"]) <= 3
        seen += [one["id"] for one in page["results"]]
        after = page["next"]
    assert sorted(seen) == sorted(row.public_id for row in rows)


def test_a_place_in_the_results_of_another_question_is_refused(ask: Ask, refused: Any) -> None:
    for number in range(3):
        factories.make_published(title=f"Kỹ năng số {number}")
    place = ask("search", q="ky nang", limit=1)["next"]
    assert set(refused(q="du lieu", limit=1, after=place)) == {"after"}
    assert set(refused(q="ky nang", after=place[:-4])) == {"after"}
    assert set(refused(q="ky nang", sort="title", after=place)) == {"after"}


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"kind": "film"}, "kind"),
        ({"kind": ["video", "film"]}, "kind"),
        ({"kind": ""}, "kind"),
        ({"topic": ""}, "topic"),
        ({"topic": "x" * 81}, "topic"),
        ({"topic": ["x"] * 21}, "topic"),
        ({"year": "26"}, "year"),
        ({"year": "1799"}, "year"),
        ({"licence": "gpl"}, "licence"),
        ({"captions": "no"}, "captions"),
        ({"sort": "random"}, "sort"),
        ({"sort": ["title", "newest"]}, "sort"),
        ({"lang": "fr"}, "lang"),
        ({"limit": "0"}, "limit"),
        ({"limit": "51"}, "limit"),
        ({"limit": "viele"}, "limit"),
        ({"limit": "1_0"}, "limit"),
        ({"limit": "5.0"}, "limit"),
        ({"after": "***"}, "after"),
        ({"after": "x" * 601}, "after"),
        ({"facets": "maybe"}, "facets"),
        ({"q": "x" * 301}, "q"),
        ({"q": ["một", "hai"]}, "q"),
        ({"page": "2"}, "page"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    refused: Callable[..., dict[str, str]], parameters: dict[str, object], name: str
) -> None:
    told = refused(**parameters)
    assert list(told) == [name]
    assert told[name]


def test_every_wrong_parameter_is_named_in_the_language_asked_for(refused: Any) -> None:
    told = refused(lang="en", kind="film", limit="0", page="2")
    assert told == {
        "page": "There is no parameter of this name.",
        "kind": "Use one of: infographic, video, podcast, article, photo, document.",
        "limit": "A whole number from 1 to 50.",
    }
    assert refused(limit="0") == {"limit": "Số nguyên từ 1 đến 50."}


def test_every_parameter_of_the_page_is_one_of_the_api() -> None:
    assert set(NAMES) < set(SearchParameters.model_fields)
    assert set(FACETS) == SearchParameters.repeatable()


def test_the_answer_is_open_to_every_site_and_knows_nobody(client: Client) -> None:
    user = factories.make_lead()
    factories.make_resource(title="Bản nháp kín")
    client.force_login(user)
    response = client.get("/api/v1/search", {"q": "bản nháp kín"})
    assert response.json()["total"] == 0
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert "Vary" not in response and not response.cookies
    refused = client.get("/api/v1/search", {"limit": 0})
    assert (refused["Cache-Control"], refused["Access-Control-Allow-Origin"]) == ("no-store", "*")


def test_head_answers_as_get_without_a_body_and_other_methods_are_refused(client: Client) -> None:
    for path in ("search", "suggest", "openapi.json"):
        assert client.head(f"/api/v1/{path}").status_code == 200
        assert client.head(f"/api/v1/{path}").content == b""
        response = client.post(f"/api/v1/{path}")
        assert (response.status_code, response["Allow"]) == (405, "GET")


def test_an_engine_that_is_down_tells_nothing_of_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> object:
        raise Unavailable("ConnectionError(secret-host:9200)")

    monkeypatch.setattr(engines, "engine", fail)
    response = client.get("/api/v1/search", {"lang": "en"})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response.json() == {"detail": "Search is out of order for a moment. Please try again soon."}
    assert client.get("/api/v1/suggest", {"q": "ky nang"}).json() == {"suggestions": []}


def test_a_withdrawal_leaves_the_answer_before_the_index_hears_of_it(client: Client, ask: Ask) -> None:
    row = factories.make_published(title="Kỹ năng số")
    assert ask("search", q="ky nang")["total"] == 1
    publishing.withdraw(resource=row, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    gone = client.get("/api/v1/search", {"q": "ky nang"}).json()
    assert (gone["total"], gone["results"]) == (0, [])
    assert all(one["count"] == 0 for values in gone["facets"].values() for one in values)


def test_an_embargo_ends_at_its_second_though_the_index_hears_nothing(client: Client, ask: Ask) -> None:
    row = factories.make_embargoed(title="Kỹ năng số")
    assert ask("search", q="ky nang")["total"] == 0
    assert row.embargo_until is not None
    for seconds, total in ((-1, 0), (1, 1)):
        with time_machine.travel(row.embargo_until + timedelta(seconds=seconds), tick=False):
            assert client.get("/api/v1/search", {"q": "ky nang"}).json()["total"] == total


def test_an_answer_asks_one_query_beyond_the_engine_s_own(ask: Ask, client: Client) -> None:
    for kind in Kind.values:
        factories.make_published(kind)
    ask("search")
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/search")
    ours = [
        one["sql"] for one in queries if 'FROM "media_library_' in one["sql"] and "search_" not in one["sql"]
    ]
    assert len(ours) == 1 and "media_library_asset" not in ours[0]
