"""Vietnamese text at the boundary."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.text import clean_line, fold, nfc, slug

SYLLABLES = "Nghị quyết số 57-NQ/TW Đổi mới sáng tạo chuyển đổi số hoà giải thuỷ Ðà ưỡn ễnh"


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(nfc(text))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_both_unicode_forms_are_one_text() -> None:
    decomposed = unicodedata.normalize("NFD", SYLLABLES)
    assert decomposed != SYLLABLES
    assert nfc(decomposed) == nfc(SYLLABLES)
    folded = "nghi quyet so 57-nq/tw doi moi sang tao chuyen doi so hoa giai thuy da uon enh"
    assert fold(decomposed) == folded


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bình dân học vụ số: 5 kỹ năng", "binh-dan-hoc-vu-so-5-ky-nang"),
        ("Đ/c Ðặng", "d-c-dang"),
        ("…", "tai-nguyen"),
        ("漢字", "tai-nguyen"),
        ("một " * 60, "mot-" * 19 + "mot"),
    ],
)
def test_an_address_part_is_plain_and_never_empty(title: str, expected: str) -> None:
    assert slug(title) == expected
    assert len(slug(title)) <= 80


@given(st.text(max_size=300))
def test_any_title_makes_an_address_part(text: str) -> None:
    made = slug(text)
    assert 1 <= len(made) <= 80
    assert made.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""


def test_a_line_loses_what_hides_or_turns_text() -> None:
    assert clean_line("a\u202eb\u0000c\u200b  d\n e") == "abc d e"
