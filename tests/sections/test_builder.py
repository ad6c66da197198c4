"""The builder gives code for sections, selections and searches, in every form, to be mailed to the webmaster."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from media_library.models import Campaign
from tests import factories as make
from tests.portal.library import copy_rows, index
from tests.sections.making import drain, make_section

pytestmark = pytest.mark.django_db
BASE = "https://kho57.example"


def snippets(response: Any) -> list[str]:
    found = re.findall(r"<pre[^>]*data-snippet[^>]*>(.*?)</pre>", response.content.decode(), re.DOTALL)
    return [html.unescape(each) for each in found]


def addresses(code: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'(?:src|href)="([^"]+)"', code)]


def test_every_address_in_every_form_answers(client: Client) -> None:
    section = make_section(title='Chuyên mục "57"', layout="cards")
    drain()
    page = client.get(f"/vi/embed/?section={section.address}&theme=auto&limit=3&accent=00529b&title=0")
    frame, component, kept, *programs = snippets(page)
    for address in {each for code in (frame, component, kept) for each in addresses(code)}:
        assert client.get(address.removeprefix(BASE)).status_code == 200, address
    assert (
        f'section="{section.address}" lang="vi" layout="cards" theme="auto" limit="3" untitled' in component
    )
    assert "--k57-accent:#00529b;" in component
    assert 'integrity="sha384-' in kept and 'crossorigin="anonymous"' in kept
    assert len(programs) == 4
    for program in programs:
        assert f"{BASE}/feeds/{section.address}/section.html" in program


@pytest.mark.parametrize("kind", ["topic", "audience", "campaign", "search"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_selection_is_embedded_like_a_section(kind: str, language: str, client: Client) -> None:
    topic, audience = make.topic(), make.audience()
    campaign = Campaign.objects.create(
        lead=make.make_agency(), title="Mười tháng Mười", code="muoi-thang-muoi", recurs="yearly", day="10-10",
        starts="10-01", ends="10-31",
    )  # fmt: skip
    make.make_published("video", title="Có ở đây", topics=[topic], audiences=[audience], campaign=campaign)
    index()
    path = {
        "topic": f"topic/{topic.slug}",
        "audience": f"audience/{audience.slug}",
        "campaign": f"campaign/{campaign.code}",
        "search": "search",
    }[kind]
    asked = "q=Có+ở+đây" if kind == "search" else f"section={path}"
    page = client.get(f"/vi/embed/?{asked}&language={language}")
    assert page.status_code == 200
    frame, component, *_programs = snippets(page)
    shown = client.get(addresses(frame)[0].removeprefix(BASE))
    assert shown.status_code == 200 and ">Có ở đây</a>" in shown.content.decode()
    assert "frame-ancestors *" in shown["Content-Security-Policy"]
    assert shown["Content-Language"] == language and "X-Frame-Options" not in shown
    named = html.unescape(re.findall(r'section="([^"]+)"', component)[0])
    place, mark, query = named.partition("?")
    name = "feed.json" if language == "vi" else "feed.en.json"
    feed = client.get(f"/feeds/{place}/{name}{mark}{query}")
    assert [each["title"] for each in feed.json()["items"]] == ["Có ở đây"]


def test_the_frame_of_an_unknown_selection_is_404_and_of_a_merged_agency_leads_on(client: Client) -> None:
    for path in ("topic/khong-co", "campaign/khong-co", "agency/XA-1", "topic/" + "x" * 200):
        answer = client.get(f"/embed/{path}/")
        assert answer.status_code == 404 and "frame-ancestors *" in answer["Content-Security-Policy"]
    old, new = make.make_agency(), make.make_agency()
    old.successor = new
    old.save()
    assert client.get(f"/embed/agency/{old.code}/en/")["Location"] == f"/embed/agency/{new.code}/en/"
    assert client.post("/embed/search/").status_code == 405


def test_the_letter_to_the_webmaster_holds_the_code(client: Client) -> None:
    section = make_section(title="Chuyên mục & hơn")
    page = client.get(f"/vi/embed/?section={section.address}")
    letters = [html.unescape(each) for each in re.findall(r'href="(mailto:[^"]+)"', page.content.decode())]
    for letter, code in zip(letters, snippets(page)[:2], strict=True):
        told = parse_qs(urlsplit(letter).query)
        assert "Chuyên mục & hơn" in told["subject"][0]
        assert told["body"][0].replace("\r\n", "\n").rstrip().endswith(code)
        assert "\n" not in letter and unquote(letter)


@pytest.mark.parametrize(
    "query", ["section=topic/khong-co", "section=topic/", "section=r/k57-aaaa-bbbb", "resource=x"]
)
def test_what_is_unknown_is_said_and_a_section_is_shown_instead(query: str, client: Client) -> None:
    section = make_section()
    page = client.get(f"/en/embed/?{query}")
    assert "There is nothing public at the address you came from" in page.content.decode()
    assert section.address in snippets(page)[0]


@pytest.mark.parametrize("q", ["%00", "<script>alert(1)</script>", "'\"", "x" * 5000, "%F0%9F%98%80"])
def test_no_words_of_a_search_break_the_code(q: str, client: Client) -> None:
    make_section()
    page = client.get("/vi/embed/", {"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    for code in snippets(page)[:1]:
        assert client.get(addresses(code)[0].removeprefix(BASE)).status_code in (200, 503)


def test_frames_of_selections_and_the_builder_ask_the_same_number_of_queries_however_much_there_is(
    client: Client,
) -> None:
    topic = make.topic("stem")
    one = make.make_published("infographic", topics=[topic])
    make_section()
    paths = ["/embed/topic/stem/", f"/embed/agency/{one.agency.code}/en/", "/vi/embed/?section=topic/stem"]
    few = [_queries(client, path) for path in paths]
    copy_rows([one], until=40)
    for number in range(10):
        make.topic(f"chu-de-{number}")
        make_section()
    assert [_queries(client, path) for path in paths] == few
    assert max(few) <= 20


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
