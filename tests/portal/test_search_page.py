"""Search, for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

import search
from cms.portal.views import finding
from media_library.kinds import Kind
from media_library.models import Topic
from search.engines.contract import Unavailable
from search.explaining import Part
from search.results import FacetValue, SearchResults
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


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let what the search answers differ in some of its values."""
    real = search.search

    def differently(**values: Any) -> None:
        def answer(*args: Any, **kwargs: Any) -> SearchResults:
            return replace(real(*args, **kwargs), **values)

        monkeypatch.setattr(search, "search", answer, raising=False)

    return differently


def _heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found
    return found[1].strip()


def test_results_with_only_some_of_the_words_are_told_as_such(
    client: Client, answered: Callable[..., None]
) -> None:
    publish_each_kind()
    answered(loose=True, total=3)
    text = _text(client, "?q=abc+def")
    assert _heading(text) == "3 tài nguyên gần với “abc def”"
    assert "chỉ có một phần" in text


def test_a_correction_that_was_made_can_be_undone(client: Client) -> None:
    factories.make_published(title="Phòng tránh lừa đảo")
    index()
    text = _text(client, "?q=phongg+tranhh")
    assert _heading(text).endswith("“phòng tránh”")
    assert 'href="?q=phongg+tranhh&amp;exact=yes"' in text
    exact = _text(client, "?q=phongg+tranhh&exact=yes")
    assert _heading(exact) == "Không có tài nguyên nào cho “phongg tranhh”"
    assert 'href="?q=phongg+tranhh"' in exact


def test_a_simpler_answer_says_so(client: Client, answered: Callable[..., None]) -> None:
    publish_each_kind()
    assert "notice--warn" not in _text(client, "?q=so")
    answered(simpler=True)
    assert "notice--warn" in _text(client, "?q=so")


def test_picks_and_neighbours_in_meaning_are_named(client: Client, answered: Callable[..., None]) -> None:
    for title in ("Kỹ năng số một", "Kỹ năng số hai"):
        factories.make_published(title=title)
    index()
    plain = _text(client, "?q=ky+nang+so")
    assert "Ban biên tập chọn" not in plain and "Gần nghĩa" not in plain
    first, second = search.search(finding.SearchRequest(q="ky nang so"), at=finding.timezone.now()).results
    answered(results=(replace(first, picked=True), replace(second, by_meaning=True)))
    text = _text(client, "?q=ky+nang+so")
    assert text.count("Ban biên tập chọn") == text.count("Gần nghĩa") == 1
    assert text.index("Ban biên tập chọn") < text.index("Gần nghĩa")


@pytest.mark.parametrize(("lang", "grouped"), [("vi", "12.345"), ("en", "12,345")])
def test_numbers_are_written_as_the_language_does(
    client: Client, answered: Callable[..., None], lang: str, grouped: str
) -> None:
    publish_each_kind()
    answered(total=12345, facets={"kind": [FacetValue("video", "Video", 12345, False)]})
    text = _text(client, "", lang)
    assert _heading(text).startswith(grouped)
    assert f'<span class="num">{grouped}</span>' in text


def test_without_words_nothing_is_sorted_by_relevance(client: Client) -> None:
    publish_each_kind()
    assert re.findall(r'<option value="(\w+)"( selected)?', _text(client, "")) == [
        ("newest", " selected"),
        ("used", ""),
        ("title", ""),
    ]
    with_words = re.findall(r'<option value="(\w+)"( selected)?', _text(client, "?q=so&sort=title"))
    assert with_words == [("relevance", ""), ("newest", ""), ("used", ""), ("title", " selected")]


def test_topics_stand_below_their_parents(client: Client) -> None:
    parent, child = factories.topic("rong", "Rộng"), factories.topic("hep", "Hẹp")
    Topic.objects.filter(pk=child.pk).update(parent=parent)
    resource = factories.make_published()
    resource.topics.set([child])
    resource.save()
    index()
    text = _text(client, "?topic=rong")
    assert text.count('<li class="result') == 1
    rows = re.findall(r'<label class="choice([^"]*)"><input type="checkbox" name="topic" value="(\w+)"', text)
    assert rows == [("", "rong"), (" choice--under choice--under-1", "hep")]


def test_where_filters_leave_nothing_the_page_says_what_there_is_without_them(client: Client) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    index()
    text = _text(client, "?q=nop+ho+so&kind=video&year=2020")
    assert re.search(r'<a href="\?q=nop\+ho\+so">[^<]+</a>: có 1 tài nguyên', text)
    assert ": có " not in _text(client, "?q=xyzzyqwv&kind=video")


def test_who_finds_nothing_may_ask_the_library_for_it(client: Client) -> None:
    publish_each_kind()
    assert 'href="/vi/request/?q=xyzzy%20%26%20qwv"' in _text(client, "?q=xyzzy+%26+qwv")
    assert "/vi/request/" not in _text(client, "?q=so")


def test_the_list_carries_what_its_script_needs_only_where_words_were_asked(client: Client) -> None:
    publish_each_kind()
    text = _text(client, "?q=so")
    assert re.search(r'data-asked="[^"]+" data-asked-url="/api/v1/search/asked"', text)
    assert re.search(r'<li class="result[^>]* data-id="k57-', text)
    assert "data-asked" not in _text(client, "?kind=video")


def _reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    def explain(_request: Any, keys: list[int], **_who: Any) -> dict[int, list[Part]]:
        return {key: [Part("từ “so”", 1234.5, "word")] for key in keys}

    monkeypatch.setattr(finding, "explain", explain)


def test_staff_are_told_why_a_result_stands_where_it_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_each_kind()
    _reasons(monkeypatch)
    for user in (factories.make_lead(), factories.make_communicator(factories.make_agency())):
        client.force_login(user)
        response = client.get("/vi/search/?q=so&explain")
        text = response.content.decode()
        assert text.count('<table class="table reasons">') == text.count('<li class="result') > 0
        assert "1.234,50" in text
        assert response["Cache-Control"] == "private, no-store"
        assert 'class="notice"' not in text
        assert "reasons" not in client.get("/vi/search/?q=so").content.decode()


def test_others_are_told_no_reasons(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_each_kind()
    _reasons(monkeypatch)
    for user in (None, factories.make_user()):
        if user is not None:
            client.force_login(user)
        text = _text(client, "?q=so&explain=1")
        assert "reasons" not in text and 'class="notice"' not in text
        assert text.count('<li class="result') > 0
