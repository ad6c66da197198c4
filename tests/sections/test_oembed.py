"""oEmbed: what a consumer gets, what it is refused, and that Wagtail's own consumer embeds by discovery."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from lxml import etree
from wagtail.embeds.finders.oembed import OEmbedFinder

from tests import factories as make
from tests.sections.making import drain, make_section

BASE = "https://kho57.example"
NEVER = f"{BASE}/vi/r/k57-0000-0000/khong-co/"


def ask(client: Client, url: str, **parameters: object) -> Any:
    return client.get("/oembed?" + urlencode({"url": url, **parameters}))


@pytest.mark.django_db
def test_a_section_and_a_resource_are_described_in_the_language_of_their_address(client: Client) -> None:
    agency = make.make_agency("Sở Y tế", name_en="Department of Health")
    section = make_section(agency=agency, title="Chuyên mục", title_en="Section")
    photo = make.make_published("photo", title="Ảnh “đẹp” & <rõ>", agency=agency)
    film = make.make_published("video", title="Phim", agency=agency)
    for path, title in (
        (f"/vi/s/{section.address}/", "Chuyên mục"),
        (f"/en/s/{section.address}/", "Section"),
    ):
        told = ask(client, BASE + path).json()
        assert told["title"] == title and told["type"] == "rich" and told["version"] == "1.0"
    assert told["author_name"] == "Department of Health"
    assert f'src="{BASE}/embed/{section.address}/en/"' in told["html"]
    for path in (f"/embed/{section.address}/", f"/feeds/{section.address}/section.html"):
        assert ask(client, BASE + path).json()["title"] == "Chuyên mục"
    one = ask(client, BASE + photo.get_absolute_url()).json()
    assert one["title"] == "Ảnh “đẹp” & <rõ>" and "<rõ>" not in one["html"]
    assert one["thumbnail_url"].startswith(f"{BASE}/files/{photo.public_id}/")
    assert ask(client, f"{BASE}/en/r/{film.public_id}/").json()["type"] == "video"
    assert (
        f"/embed/r/{film.public_id}/en/" in ask(client, f"{BASE}/embed/r/{film.public_id}/en/").json()["html"]
    )


@pytest.mark.django_db
def test_what_is_too_wide_is_made_to_fit_and_what_is_no_number_is_left_aside(client: Client) -> None:
    url = BASE + make.make_published("photo").get_absolute_url()
    small = ask(client, url, maxwidth=300, maxheight="200").json()
    assert (small["width"], small["height"]) == (300, 200) and "thumbnail_url" not in small
    assert 'width="300" height="200"' in small["html"]
    usual = ask(client, url).json()
    for odd in ("abc", "-5", "", "9" * 400, "１２"):
        assert ask(client, url, maxwidth=odd).json()["width"] == usual["width"]
    assert ask(client, url, maxwidth=1).json()["width"] == 160


@pytest.mark.django_db
def test_xml_says_the_same(client: Client) -> None:
    url = BASE + make.make_published("photo", title="A & <b>").get_absolute_url()
    response = ask(client, url, format="xml")
    assert response["Content-Type"].startswith("text/xml")
    root = etree.fromstring(response.content)
    assert {node.tag: node.text for node in root} == {
        name: str(value) for name, value in ask(client, url).json().items()
    }


@pytest.mark.django_db
def test_what_is_refused_is_refused_as_the_specification_says(client: Client) -> None:
    published = make.make_published("photo")
    assert ask(client, BASE + published.get_absolute_url(), format="yaml").status_code == 501
    never = ask(client, NEVER)
    assert never.status_code == 404
    hidden = [make.make_resource(), make.make_withdrawn(), make.make_expired(), make.make_embargoed()]
    for row in hidden:
        response = ask(client, f"{BASE}/vi/r/{row.public_id}/{row.slug or 'x'}/")
        assert (response.status_code, response.content) == (404, never.content)
    announced = make.make_published(embargo_until=timezone.now() + timedelta(days=3), embargo_announced=True)
    assert ask(client, BASE + announced.get_absolute_url()).status_code == 401
    off = make_section(live=False)
    for odd in (
        "",
        "x",
        "http://[",
        "javascript:alert(1)",
        f"{BASE}/vi/",
        f"{BASE}/vi/s/{off.address}/",
        f"{BASE}/embed/a%00b/c/",
        "https://other.example" + published.get_absolute_url(),
        "file:///etc/passwd",
    ):
        assert ask(client, odd).status_code == 404, odd
        xml = ask(client, odd, format="xml")
        assert xml.status_code == 404 and etree.fromstring(xml.content).tag == "error"
    assert client.get("/oembed").status_code == 404
    assert client.post("/oembed").status_code == 405


@pytest.mark.django_db
def test_an_answer_costs_the_same_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    section, row = make_section(), make.make_published("podcast")
    with django_assert_max_num_queries(1):
        assert ask(client, f"{BASE}/vi/s/{section.address}/").status_code == 200
    with django_assert_max_num_queries(12):
        assert ask(client, BASE + row.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_wagtails_own_finder_embeds_both_by_discovery(live_server: Any, settings: Any, language: str) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    section = make_section(title="Chuyên mục đã nhúng")
    row = make.make_published("photo", title="Ảnh đã nhúng")
    drain()
    for path, title in (
        (section.get_absolute_url(language), "Chuyên mục đã nhúng"),
        (row.get_absolute_url(language), "Ảnh đã nhúng"),
    ):
        page = BeautifulSoup(requests.get(live_server.url + path, timeout=20).text, "html.parser")
        link = page.find("link", type="application/json+oembed")
        assert page.find("link", type="text/xml+oembed")
        endpoint = urlsplit(urljoin(live_server.url, link["href"]))
        provider = {
            "endpoint": endpoint._replace(query="").geturl(),
            "urls": ["^" + re.escape(live_server.url) + r"/.+$"],
        }
        finder = OEmbedFinder(providers=[provider])
        assert finder.accept(live_server.url + path)
        found = finder.find_embed(live_server.url + path, max_width=500)
        assert found["title"] == title and found["width"] == 500
        assert found["provider_name"] == "Kho 57" and "<iframe" in found["html"]
        frame = BeautifulSoup(found["html"], "html.parser").iframe["src"]
        assert requests.get(frame, timeout=20).status_code == 200
