"""Files for machines."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _locations(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
    return [str(place.text) for place in ElementTree.fromstring(content).iter(f"{SITEMAP}loc")]


def test_the_sitemap_names_what_is_public_and_nothing_else(client: Client) -> None:
    shown = factories.make_published(title="Công khai")
    for make in (
        factories.make_resource,
        factories.make_scheduled,
        factories.make_embargoed,
        factories.make_expired,
        factories.make_withdrawn,
    ):
        make()
    maps = [place.split("/", 3)[3] for place in _locations(client, "/sitemap.xml")]
    named = [place for name in maps if "resources" in name for place in _locations(client, f"/{name}")]
    assert len(named) == 1 and named[0].endswith(shown.get_absolute_url())


def test_every_page_of_the_sitemap_answers(client: Client) -> None:
    factories.topic()
    factories.audience()
    factories.make_agency()
    for place in _locations(client, "/sitemap-pages.xml"):
        assert client.get("/" + place.split("/", 3)[3]).status_code == 200, place


def test_a_sitemap_without_resources_is_still_one(client: Client) -> None:
    assert len(_locations(client, "/sitemap.xml")) == 1
    assert _locations(client, "/sitemap-resources-0.xml") == []
    assert client.get("/sitemap-resources-7.xml").status_code == 404


def test_robots_are_kept_from_the_admin_and_told_of_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text and "/sitemap.xml" in text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_browsers_learn_how_to_search(client: Client, lang: str) -> None:
    response = client.get("/opensearch.xml", {"lang": lang})
    assert (
        f"/{lang}/search/?q={{searchTerms}}"
        in ElementTree.fromstring(response.content)
        .find("{http://a9.com/-/spec/opensearch/1.1/}Url")
        .attrib["template"]
    )  # type: ignore[union-attr]


def test_security_txt_has_what_its_standard_asks(client: Client) -> None:
    names = {
        line.partition(":")[0]
        for line in client.get("/.well-known/security.txt").content.decode().split("\n")
    }
    assert {"Contact", "Expires"} <= names


def test_the_manifest_is_one(client: Client) -> None:
    response = client.get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    assert response.json()["start_url"] == "/vi/"


def test_the_icon_that_browsers_ask_for_is_there(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".png")
