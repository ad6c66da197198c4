"""The reader in a document's page: pages as pictures with their words, without script."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from media_library.models import Resource
from tests import factories

pytestmark = pytest.mark.django_db


def pictured(words: list[str], *, pages: int) -> Resource:
    resource = factories.make_published("document")
    file = resource.original.file  # type: ignore[union-attr]
    file.extracted, file.pages = {"pages": words}, len(words)
    file.save()
    for number in range(1, pages + 1):
        factories.make_rendition(file, name=f"p{number:04}.webp", purpose="page")
    return resource


def page_of(resource: Resource) -> BeautifulSoup:
    return BeautifulSoup(Client().get(resource.get_absolute_url()).content, "html.parser")


def test_every_pictured_page_stands_with_its_words() -> None:
    page = page_of(pictured(["Trang đầu.", "", "Trang cuối."], pages=3))
    leaves = page.select(".reader__pages li")
    assert [leaf["id"] for leaf in leaves] == ["page-1", "page-2", "page-3"]
    assert "Trang đầu." in leaves[0].details.text  # type: ignore[union-attr]
    assert leaves[1].details is None, "a page without words has nothing to open"
    assert "Trang 3/3" in leaves[2].text
    for leaf in leaves:
        assert leaf.img["loading"] == "lazy"  # type: ignore[index]
        assert Client().get(leaf.img["src"]).status_code == 200  # type: ignore[index]
    assert page.select("#text-of-document") == [], "the words stand there once"


def test_pages_past_the_pictured_ones_keep_their_words() -> None:
    page = page_of(pictured(["Một.", "Hai.", "Ba."], pages=2))
    assert [one["id"] for one in page.select("[id^=page-]")] == ["page-1", "page-2", "page-3"]
    assert "2 trang đầu trong 3 trang" in page.text


def test_a_document_that_was_not_pictured_shows_its_words_as_before() -> None:
    page = page_of(pictured(["Một."], pages=0))
    assert page.select(".reader") == []
    assert page.select("#page-1")


def test_cards_do_not_load_the_pages() -> None:
    resource = pictured(["Một."], pages=3)
    [card] = Resource.objects.filter(pk=resource.pk).with_cards()
    assert list(card.original.file.renditions.all()) == []  # type: ignore[union-attr]
