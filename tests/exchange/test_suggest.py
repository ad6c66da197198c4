"""Lines offered while someone types."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.exchange.conftest import Ask

pytestmark = pytest.mark.django_db


def test_lines_carry_the_accents_that_were_not_typed(ask: Ask) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    assert {"text": "Nộp hồ sơ trực tuyến", "kind": "title"} in ask("suggest", q="nop ho", lang="vi")[
        "suggestions"
    ]


@pytest.mark.parametrize("words", ["", "n", "  n ", "…"])
def test_too_little_suggests_nothing(ask: Ask, words: str) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    assert ask("suggest", q=words) == {"suggestions": []}


def test_what_cannot_be_used_is_refused_by_its_name(refused: Any) -> None:
    assert set(refused("suggest", q="x" * 301)) == {"q"}
    assert set(refused("suggest", q="so", limit="5", lang="fr")) == {"limit", "lang"}


def test_the_box_and_the_browser_s_bar_know_the_address(client: Client) -> None:
    address = reverse("exchange:suggest")
    assert address == "/api/v1/suggest"
    assert f'data-suggest="{address}?lang=vi"' in client.get("/vi/search/").content.decode()
    assert (
        f"{address}?q={{searchTerms}}&amp;lang=en" in client.get("/opensearch.xml?lang=en").content.decode()
    )


def test_answers_may_be_kept_for_a_minute(client: Client) -> None:
    response = client.get("/api/v1/suggest", {"q": "so"})
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("public, max-age=60", "noindex")
    assert not response.cookies
