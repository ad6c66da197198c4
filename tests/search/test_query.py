"""Questions understood: units, other wordings, phrases, marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import vocabulary
from search.query import MOST_WORDS, Query, required
from search.vocabulary import Entry, Vocabulary


def wordings(q: str) -> list[str]:
    """Other wordings of ``q``, by their folded keys."""
    query = Query.parse(q)
    return [" ".join(token.folded for token in one.tokens) for one in query.wordings[1:]]


@pytest.mark.parametrize(
    ("units", "needed"),
    [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 2), (8, 3), (9, 3), (10, 2), (16, 4), (48, 12)],
)
def test_how_many_units_are_needed_follows_the_measured_rule(units: int, needed: int) -> None:
    assert required(units) == needed


@pytest.mark.parametrize(
    ("q", "other"),
    [
        ("CĐS", "chuyen doi so"),
        ("cds", "chuyen doi so"),
        ("ĐMST ở Huế", "doi moi sang tao"),
        ("nộp TTHC", "thu tuc hanh chinh"),
        ("DVC trực tuyến", "dich vu cong"),
        ("NQ57", "nghi quyet 57"),
        ("nq 57", "nghi quyet 57"),
        ("57-NQ/TW", "nghi quyet 57"),
        ("KH & CN", "khoa hoc va cong nghe"),
        ("AI trong lớp học", "tri tue nhan tao"),
        ("ai trong lop hoc", "tri tue nhan tao"),
        ("trí tuệ nhân tạo", "ai"),
        ("open data", "du lieu mo"),
        ("CLB khoa học", "cau lac bo"),
        ("HTX Phú Lộc", "hop tac xa"),
        ("hs cấp 2", "trung hoc co so"),
        ("bài cho lớp 8", "trung hoc co so"),
        ("thầy cô dạy toán", "giao vien"),
        ("bán hàng qua mạng", "truc tuyen"),
    ],
)
def test_a_short_form_and_its_words_find_each_other(q: str, other: str) -> None:
    assert other in wordings(q)


def test_two_marked_syllables_call_only_what_is_written_so() -> None:
    assert "gia dinh" in wordings("ba mẹ dạy con")
    assert "gia dinh" in wordings("ba me day con")
    assert "gia dinh" not in wordings("bà mẹ bán bún")
    assert "chuyen doi so" in wordings("cđs")
    assert "cds" in wordings("chuyển dỏi só")


def test_a_vietnamese_question_does_not_ask_for_english_words() -> None:
    assert "open data" not in wordings("dữ liệu mở")


def test_no_english_word_is_entered_twice() -> None:
    forms = [form.casefold() for entry in vocabulary.BILINGUAL for form in entry.short]
    assert [form for form in forms if forms.count(form) > 1] == []


@pytest.mark.parametrize(
    "q",
    ["ai được hỗ trợ", "của ai", "có ai biết", "không ai", "ai là người nộp", "ái ngại", "kế hoạch số 310"],
)
def test_an_ordinary_word_is_not_taken_for_a_short_form(q: str) -> None:
    assert "tri tue nhan tao" not in wordings(q)


def test_the_words_of_one_entry_count_as_one_unit() -> None:
    assert len(Query.parse("trí tuệ nhân tạo").units) == 1
    assert len(Query.parse("trí tuệ nhân tạo trong trường học").units) == 4


@pytest.mark.parametrize(
    ("q", "exact"),
    [
        ("ho so", []),
        ("hồ sơ", ["hồ", "sơ"]),
        ("bạn nam thích toán", ["bạn", "nam", "thích", "toán"]),
        ("nop ho so o phuong Phú", ["phú"]),
        ("57", []),
    ],
)
def test_exact_keys_are_sought_only_where_marks_were_typed(q: str, exact: list[str]) -> None:
    assert Query.parse(q, vocabulary=Vocabulary.of([])).exact_words == exact


def test_quoted_words_are_phrases_and_a_single_quotation_mark_is_not() -> None:
    (phrase,) = Query.parse("tìm “dữ liệu mở” ở đâu").phrases
    assert [token.exact for token in phrase.tokens] == ["dữ", "liệu", "mở"]
    assert Query.parse('5" màn hình').phrases == ()
    assert Query.parse('""').phrases == ()
    assert Query.parse('" "').empty


@given(st.text(max_size=200))
def test_any_question_is_understood(q: str) -> None:
    query = Query.parse(q)
    assert len(query.tokens) <= MOST_WORDS
    typed = [token for unit in query.units for token in unit.typed.tokens]
    assert typed == list(query.tokens)
    assert query.empty == (not query.units)
    assert required(len(query.units)) <= len(query.units)


def test_entries_of_a_further_source_take_effect_at_once() -> None:
    more = [Entry(("TTPVHCC",), ("trung tâm phục vụ hành chính công",))]
    assert wordings("ttpvhcc") == []
    vocabulary.add_source(lambda: more)
    try:
        assert wordings("ttpvhcc") == ["trung tam phuc vu hanh chinh cong"]
        more.clear()
        assert wordings("ttpvhcc") == []
    finally:
        vocabulary._SOURCES.pop()


def test_no_form_of_the_vocabulary_is_empty() -> None:
    known = vocabulary.current()
    assert () not in known.meanings
    assert all(meaning.wordings for meaning in known.meanings.values())


@pytest.mark.parametrize(
    ("q", "english"),
    [
        ("report a security incident without blame", True),
        ("five-week family learning plan", True),
        ("how to use AI in the classroom", True),
        ("what is open data", True),
        ("chuyen doi so", False),
        ("so tay can bo truyen thong", False),
        ("ban do the thao", False),
        ("to gap dich vu cong", False),
        ("KHCN", False),
        ("video ve AI", False),
        ("Cẩm nang digital marketing", False),
        ("", False),
    ],
)
def test_english_is_told_from_vietnamese_without_accents(q: str, english: bool) -> None:
    assert Query.parse(q).english == english


def test_function_words_of_an_english_question_are_not_sought() -> None:
    assert Query.parse("the plan for the family").folded_words[:2] == ["plan", "family"]
    assert not Query.parse("what is this").empty
    assert Query.parse("the so").folded_words == ["the", "so"]
