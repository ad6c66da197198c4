"""Search, for people."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

import search
from media_library.kinds import Kind
from search.engines.contract import Unavailable
from tests import factories
from tests.portal.library import index, multiply, publish_each_kind

pytestmark = pytest.mark.django_db


def _text(client: Client, query: str, lang: str = "vi", status: int = 200) -> str:
    response = client.get(f"/{lang}/search/{query}")
    assert response.status_code == status
    return response.content.decode()


def test_words_without_accents_find_what_has_them(client: Client) -> None:
    resource = factories.make_published(title="Nộp hồ sơ trực tuyến")
    factories.make_published(title="Một chuyện khác")
    index()
    text = _text(client, "?q=nop ho so")
    assert resource.get_absolute_url("vi") in text
    assert "<mark>Nộp hồ sơ</mark>" in text
    assert "Một chuyện khác" not in text


def test_hidden_resources_are_neither_shown_nor_counted(client: Client) -> None:
    shown = factories.make_published(title="Chuyển đổi số cho mọi nhà")
    for make in (factories.make_resource, factories.make_embargoed, factories.make_withdrawn):
        make(title="Chuyển đổi số kín")
    index()
    text = _text(client, "?q=chuyen doi so")
    assert shown.get_absolute_url("vi") in text and "kín" not in text
    assert re.search(r"<h1[^>]*>1 tài nguyên", text) or re.search(r"<h1[^>]*>1 resource", text)


def test_spoken_words_lead_to_their_second(client: Client) -> None:
    resource = factories.make_published(Kind.PODCAST, title="Tập một")
    index()
    assert f"{resource.get_absolute_url('vi')}?t=0" in _text(client, "?q=xin chao cac ban")


def test_choices_narrow_and_each_can_be_taken_back(client: Client) -> None:
    publish_each_kind()
    text = _text(client, "?kind=video&audience=students")
    assert text.count('<li class="result') == 1
    assert 'name="kind" value="video" form="search-form" checked' in text
    assert 'class="chip" href="?kind=video"' in text
    assert 'class="chip" href="?audience=students"' in text


@pytest.mark.parametrize(
    "query",
    [
        "?nonsense=1",
        "?kind=poem",
        "?year=two",
        "?sort=upside-down",
        "?after=%00%ff",
        "?after=eyJ4IjoxfQ",
        "?language=xx&licence=none&topic=%3Cscript%3E",
    ],
)
def test_what_cannot_be_used_is_told_and_does_no_harm(client: Client, query: str) -> None:
    publish_each_kind()
    text = _text(client, query)
    assert 'class="notice"' in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?q=" + "a" * 5000, '?q="', "?q=*:*", "?q=%F0%9F%98%80", "?q=' OR 1=1 --", "?q=AND NOT ("],
)
def test_no_words_give_an_error(client: Client, query: str) -> None:
    publish_each_kind()
    _text(client, query)


def test_nothing_found_says_what_to_do_next(client: Client) -> None:
    publish_each_kind()
    text = _text(client, "?q=xyzzyqwv&kind=video")
    assert 'class="empty"' in text
    assert 'href="?q=xyzzyqwv"' in text


def test_pages_follow_one_another_without_gap_or_repetition(client: Client) -> None:
    multiply(publish_each_kind(), until=45)
    seen: list[str] = []
    query: str | None = "?sort=newest"
    while query:
        text = _text(client, query)
        seen += re.findall(r'class="result__title"[^>]*><a href="([^"]+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        query = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 45


def test_only_the_bare_page_may_be_kept_by_search_engines(client: Client) -> None:
    assert 'content="noindex' not in _text(client, "")
    for query in ("?q=so", "?kind=video", "?sort=newest"):
        assert 'content="noindex, follow"' in _text(client, query)


def test_an_engine_that_rests_leaves_a_page_that_helps(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise Unavailable("down")

    factories.topic("chuyen-doi-so")
    monkeypatch.setattr(search, "search", refuse, raising=False)
    text = _text(client, "?q=so", status=503)
    assert "/vi/topic/chuyen-doi-so/" in text


def test_suggestions_are_short_public_and_safe(client: Client) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    factories.make_resource(title="Nộp hồ sơ bí mật")
    index()
    found = client.get("/api/v1/suggest", {"q": "nop", "lang": "vi"}).json()["suggestions"]
    assert [one["text"] for one in found] == ["Nộp hồ sơ trực tuyến"]
    assert client.get("/api/v1/suggest", {"q": "n"}).json() == {"suggestions": []}
    assert client.get("/api/v1/suggest").json() == {"suggestions": []}
