"""The one normaliser: spellings meet, positions stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import text

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx"
syllables = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=7)
lines = st.one_of(
    st.text(max_size=60),
    st.lists(syllables, max_size=8).map(" ".join),
    st.text(alphabet=VIETNAMESE + " -/.57\u0301\u0323\u031bĐðÐ\u200b\u202e", max_size=40),
)


@given(lines)
def test_the_canonical_form_is_its_own_canonical_form(line: str) -> None:
    once = text.canonical(line)
    assert text.canonical(once) == once


@given(lines)
def test_every_way_of_encoding_gives_the_same_keys(line: str) -> None:
    for form in ("NFC", "NFD"):
        assert text.words(unicodedata.normalize(form, line)) == text.words(line)


@given(lines)
def test_keys_keep_the_positions_of_the_text(line: str) -> None:
    canonical = text.canonical(line)
    assert len(text.fold(canonical)) == len(text.new_tone_placement(canonical)) == len(canonical)
    found = text.tokens(canonical)
    assert [(token.start, token.end) for token in found] == sorted(
        (token.start, token.end) for token in found
    )
    for token in found:
        assert 0 <= token.start < token.end <= len(canonical)
        (again,) = text.tokens(canonical[token.start : token.end])
        assert (again.exact, again.folded) == (token.exact, token.folded)


@given(lines)
def test_keys_do_not_depend_on_case(line: str) -> None:
    canonical = text.canonical(line)
    if len(canonical.upper()) == len(canonical) and canonical.upper().lower() == canonical.lower():
        assert text.words(canonical.upper()) == text.words(canonical)


@given(lines)
def test_keys_are_what_they_would_be_alone(line: str) -> None:
    for token in text.tokens(text.canonical(line)):
        assert 0 < len(token.folded) <= text.LONGEST_KEY
        assert not any(
            character.isspace() or character in "'\"\\|&:_" for character in token.folded + token.exact
        )


@given(st.text())
def test_any_text_can_be_stored_by_any_database(line: str) -> None:
    canonical = text.canonical(line)
    canonical.encode()
    assert "\x00" not in canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("HÒA", "HOÀ"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("ủy ban", "uỷ ban"),
        ("qúa", "quá"),
        ("gìa", "già"),
        ("ký", "kí"),
        ("Mỹ", "mĩ"),
        ("quý", "quí"),
        ("Ðà Nẵng", "Đà Nẵng"),
        ("NQ57", "NQ 57"),
        ("57-NQ/TW", "57 NQ TW"),
        ("08/05", "8/5"),
        ("chuyển\u200b đổi", "chuyển đổi"),
    ],
)
def test_spellings_of_the_same_word_have_the_same_exact_keys(one: str, other: str) -> None:
    def keys(line: str) -> list[str]:
        return [token.exact for token in text.tokens(text.canonical(line))]

    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("tay", "tai"), ("thúy", "thúi"), ("quyền", "quiền"), ("y tế", "i tế"), ("dạy", "giạy"), ("sắc", "xắc")],
)
def test_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert text.words(one) != text.words(other)


@pytest.mark.parametrize(
    ("line", "placed"),
    [
        ("Hòa bình", "Hoà bình"),
        ("THỦY LỢI", "THUỶ LỢI"),
        ("của, mùa, lúa, chìa", "của, mùa, lúa, chìa"),
        ("toàn, hoạt, khoét", "toàn, hoạt, khoét"),
        ("Qúy khách", "Quý khách"),
        ("giúp gì", "giúp gì"),
    ],
)
def test_tone_marks_move_only_where_they_stand_in_the_old_place(line: str, placed: str) -> None:
    assert text.new_tone_placement(line) == placed


def test_the_library_and_the_search_fold_alike() -> None:
    from media_library.text import fold

    line = "Ủy ban nhân dân phường Đông Ba – Huế, năm 2026: ĐỔI MỚI"
    assert text.fold(line) == fold(line) == "uy ban nhan dan phuong dong ba – hue, nam 2026: doi moi"
