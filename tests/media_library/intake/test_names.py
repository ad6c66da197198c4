from __future__ import annotations

import unicodedata

import pytest

from media_library.intake.names import checked_name
from media_library.intake.rejection import Rejected


def test_a_name_in_nfd_is_taken_in_nfc() -> None:
    name = unicodedata.normalize("NFD", "bảng kiểm an toàn thông tin.pdf")
    assert checked_name(name) == unicodedata.normalize("NFC", name)
    assert checked_name(name) != name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd.jpg", "name_path"),
        ("C:\\Users\\hoa\\anh.jpg", "name_path"),
        ("thư mục/ảnh.jpg", "name_path"),
        ("anh\u202egpj.exe", "name_direction"),
        ("anh\u2066.jpg", "name_direction"),
        ("anh\x00.jpg", "name_control"),
        ("anh\n.jpg", "name_control"),
        ("a" * 296 + ".jpg", "name_long"),
        ("", "name_empty"),
        ("...", "name_empty"),
        ("   ", "name_empty"),
    ],
)
def test_a_name_that_could_deceive_or_harm_is_refused_and_the_message_says_what_to_do(
    name: str, code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        checked_name(name)
    assert refused.value.code == code
    assert refused.value.message


def test_an_ordinary_vietnamese_name_is_kept_as_it_is() -> None:
    assert checked_name("Đồ họa “5 kỹ năng số” (bản 2).png") == "Đồ họa “5 kỹ năng số” (bản 2).png"
