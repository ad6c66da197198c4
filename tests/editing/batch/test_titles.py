"""What a file name tells."""

import unicodedata

import pytest

from media_library.editing.batch.titles import tells_nothing, title_from


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("le_phat-dong_thang.png", "Le phat dong thang"),
        ("Sổ tay kỹ năng số.PDF", "Sổ tay kỹ năng số"),
        ("bản tin 10.10.2026.mp3", "Bản tin 10.10.2026"),
        ("IMG_2034.jpg", "IMG_2034"),
        ("DSC-0001 (2).JPG", "DSC-0001 (2)"),
        (".png", ".png"),
        ("khong-duoi", "Khong duoi"),
    ],
)
def test_a_name_becomes_a_title_and_a_cameras_name_stays(name: str, title: str) -> None:
    assert title_from(name) == title


def test_a_name_from_a_mac_is_composed() -> None:
    assert title_from(unicodedata.normalize("NFD", "Lễ.png")) == "Lễ"


def test_a_title_is_never_longer_than_its_field() -> None:
    assert len(title_from("a" * 190 + "-" * 3 + "b" * 40 + ".png")) <= 200


@pytest.mark.parametrize(
    "title",
    [
        "IMG_2034",
        "img 2034 (1)",
        "DSC00012",
        "PXL_20261126_101010123",
        "20261126 101010",
        "Ảnh 12",
        "Screenshot 2026-11-26",
        "WA0012",
        "z5021234567890",
        "Untitled",
        "Scan 3",
    ],
)
def test_what_a_device_calls_its_files_tells_nothing(title: str) -> None:
    assert tells_nothing(title)


@pytest.mark.parametrize(
    "title", ["Lễ phát động", "Video hướng dẫn 1", "Ảnh lễ 10/10", "AI", "Hình 3D", "Đề án 06"]
)
def test_what_a_person_writes_tells_something(title: str) -> None:
    assert not tells_nothing(title)
