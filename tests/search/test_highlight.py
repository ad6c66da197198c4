"""Marks in the text as it was written, safe as HTML."""

from __future__ import annotations

import html
import re

import pytest
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from search import highlight, text
from search.engines.contract import Cue, Document
from search.highlight import SNIPPET, Found, snippet
from search.marking import Marker
from search.query import Query
from tests.search.documents import document


def found_in(whole: Document, q: str) -> Found:
    return highlight.found_in(whole, Marker(Query.parse(q)))


def mark(line: str, q: str) -> str:
    return Marker(Query.parse(q)).mark(line)


@pytest.mark.parametrize(
    ("line", "q", "marked"),
    [
        ("Bảy bước nộp hồ sơ", "nop ho so", "Bảy bước <mark>nộp hồ sơ</mark>"),
        ("Hòa giải, HOÀ GIẢI", "hoà giải", "<mark>Hòa giải</mark>, <mark>HOÀ GIẢI</mark>"),
        ("Bàn về bán hàng", "bán", "Bàn về <mark>bán</mark> hàng"),
        ("Bàn về bán hàng", "ban", "<mark>Bàn</mark> về <mark>bán</mark> hàng"),
        ("Nghị quyết 57-NQ/TW", "NQ57", "<mark>Nghị quyết 57-NQ</mark>/TW"),
        ("Quản lí dữ liệu", "quản lý", "<mark>Quản lí</mark> dữ liệu"),
        ("Chuyển đổi số và số đẹp", "CĐS", "<mark>Chuyển đổi số</mark> và số đẹp"),
        ("Bán", "bàn", "<mark>Bán</mark>"),
        ("Hộ dân nộp hồ sơ", "ho so", "Hộ dân nộp <mark>hồ sơ</mark>"),
        ("Hộ và sơ", "ho so", "<mark>Hộ</mark> và <mark>sơ</mark>"),
        ("Ngày 08/05", "8/5", "Ngày <mark>08/05</mark>"),
        ("Hoanghoa hoa", "hoa", "Hoanghoa <mark>hoa</mark>"),
        ("Không có gì", "khác", "Không có gì"),
        ("<script>alert(1)</script> số", "so", "&lt;script&gt;alert(1)&lt;/script&gt; <mark>số</mark>"),
        (
            "<script>alert(1)</script>",
            "script",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("a & b", "b", "a &amp; <mark>b</mark>"),
    ],
)
def test_found_words_are_marked_as_they_are_written(line: str, q: str, marked: str) -> None:
    assert mark(line, q) == marked


@given(st.text(max_size=80), st.text(max_size=20))
def test_marks_add_tags_and_change_nothing_else(line: str, q: str) -> None:
    canonical = text.canonical(line)
    marked = mark(canonical, q)
    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert html.unescape(bare) == canonical
    assert "<" not in bare
    assert marked.count("<mark>") == marked.count("</mark>")


@given(
    st.lists(
        st.sampled_from(["số", "hồ", "chuyển", "&", "<", "dữ", "liệu", "mở", "rất dài"]),
        min_size=60,
        max_size=200,
    )
)
def test_a_snippet_is_a_short_part_with_the_words(parts: list[str]) -> None:
    body = " ".join(parts)
    shown = snippet(Marker(Query.parse("dữ liệu")), body)
    inside = html.unescape(strip_tags(shown)).strip("…")
    assert inside in body
    assert len(inside) <= SNIPPET + 20
    if "dữ liệu" in body:
        assert re.search(r"<mark>[^<]*dữ", shown)


def test_the_snippet_shows_the_place_with_most_of_the_question() -> None:
    far = "Chuyện đâu đâu về dữ kiện. " * 20
    found = found_in(
        document(title="Một", body=(f"{far} Cách mở dữ liệu của thành phố. {far}",)),
        "mở dữ liệu",
    )
    assert "<mark>mở dữ liệu</mark>" in found.highlights.snippet
    assert found.highlights.snippet.startswith("…")


def test_spoken_words_over_two_cues_are_one_place() -> None:
    cues = (Cue(1, 2, "Mở đầu."), Cue(8, 9, "Gọi lại số"), Cue(9, 10, "chính thức trên thẻ."))
    found = found_in(document(title="Tin", cues=cues), "số chính thức")
    assert found.spoken is not None
    assert found.spoken.start == 8
    assert re.findall(r"<mark>(.*?)</mark>", found.spoken.html) == ["số chính thức"]


def test_words_told_in_the_title_do_not_send_one_to_a_page_or_second() -> None:
    whole = document(title="Chữ ký số", cues=(Cue(5, 6, "chữ ký số"),), pages=("", "chữ ký số"))
    found = found_in(whole, "chữ ký số")
    assert (found.spoken, found.page) == (None, None)


def test_without_words_nothing_is_marked() -> None:
    found = found_in(document(title="Chữ <b>ký</b>", cues=(Cue(5, 6, "a"),)), "")
    assert (found.highlights.title, found.highlights.snippet, found.spoken) == (
        "Chữ &lt;b&gt;ký&lt;/b&gt;",
        "",
        None,
    )
