from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from media_library.kinds import OFFICE
from media_library.processing import office
from media_library.processing.refusal import Refusal
from tests.media_library import specimens


@pytest.mark.parametrize(
    ("main", "media_type"),
    list(zip(("word/document.xml", "ppt/presentation.xml", "xl/workbook.xml"), OFFICE, strict=True)),
)
def test_the_three_kinds_are_told_apart_by_their_main_part(
    tmp_path: Path, main: str, media_type: str
) -> None:
    (tmp_path / "a").write_bytes(specimens.office(main))
    assert office.inspect(str(tmp_path / "a"))["media_type"] == media_type


def test_the_copy_names_nobody_and_keeps_the_text(tmp_path: Path) -> None:
    photo = {"word/media/image1.jpeg": specimens.PINE.read_bytes()}
    (tmp_path / "a").write_bytes(specimens.office(**photo))
    made = office.render(str(tmp_path / "a"), str(tmp_path))
    assert made["renditions"][0]["name"] == "document.docx"
    with zipfile.ZipFile(tmp_path / "document.docx") as copy:
        assert "Bí Mật" not in copy.read("docProps/core.xml").decode()
        assert "Nội dung" in copy.read("word/document.xml").decode()
        assert b"Exif" not in copy.read("word/media/image1.jpeg")
        assert {part.date_time[0] for part in copy.infolist()} == {1980}


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/VBAPROJECT.BIN"])
def test_macros_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(specimens.office(**{name: b"x"}))
    with pytest.raises(Refusal, match="macro"):
        office.inspect(str(tmp_path / "a"))


def test_an_ordinary_archive_is_told_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(specimens.archive())
    with pytest.raises(Refusal, match="archive"):
        office.inspect(str(tmp_path / "a"))


def test_a_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\x00" * (60 << 20))
    (tmp_path / "a").write_bytes(out.getvalue())
    with pytest.raises(Refusal, match="too_much"):
        office.inspect(str(tmp_path / "a"))
