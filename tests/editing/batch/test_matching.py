"""Which film captions belong to, by their names alone."""

from __future__ import annotations

import unicodedata

import pytest

from media_library.editing.batch.matching import Film, match, role_of

FILMS = [
    Film(1, "Phim giới thiệu.mp4", "tuan-1/Phim giới thiệu.mp4"),
    Film(2, "Phim giới thiệu.mov", "tuan-2/Phim giới thiệu.mov"),
    Film(3, "ban-tin.mp3", "ban-tin.mp3"),
    Film(4, "le_vi.mp4", "le_vi.mp4"),
    Film(5, "le.mp4", "le.mp4"),
    Film(6, "trung.mp4", "trung.mp4"),
    Film(7, "trung.mp3", "trung.mp3"),
]


@pytest.mark.parametrize(
    ("path", "film", "language"),
    [
        ("ban-tin.vi.vtt", 3, "vi"),
        ("ban-tin.en.srt", 3, "en"),
        ("BAN_TIN.VTT", 3, ""),
        ("ban tin (English).srt", 3, "en"),
        ("ban-tin.vi-VN.vtt", 3, "vi"),
        ("ban-tin_en.sdh.vtt", 3, "en"),
        ("ban-tin phụ đề tiếng Việt.vtt", 3, "vi"),
        ("le_vi.vtt", 4, ""),
        ("le_en.vtt", 5, "en"),
        ("le_vi_en.vtt", 4, "en"),
        ("tuan-1/phim-gioi-thieu.vi.vtt", 1, "vi"),
        ("tuan-2/phu-de/Phim giới thiệu.vtt", 2, ""),
        (unicodedata.normalize("NFD", "tuan-2/Phim giới thiệu.en.vtt"), 2, "en"),
    ],
)
def test_captions_find_their_film(path: str, film: int, language: str) -> None:
    found = match(path.rpartition("/")[2], path, FILMS)
    assert (found.film and found.film.key, found.language, found.several) == (film, language, False)


@pytest.mark.parametrize(
    ("path", "several"),
    [("trung.vi.vtt", True), ("phim-gioi-thieu.vtt", True), ("khac.vi.vtt", False), ("vi.vtt", False)],
)
def test_what_is_not_plain_is_left_to_a_person(path: str, several: bool) -> None:
    found = match(path.rpartition("/")[2], path, FILMS)
    assert found.film is None and found.several is several


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("phim.VTT", "caption"),
        ("bat-ky.txt", "transcript"),
        ("ban tin.docx", "transcript"),
        ("ban-tin.lời thoại.vi.DOCX", "transcript"),
        ("trung.docx", "transcript"),
        ("cam-nang.docx", "original"),
        ("ban-tin.pdf", "original"),
    ],
)
def test_a_text_document_is_a_transcript_only_beside_what_has_its_name(name: str, role: str) -> None:
    assert role_of(name, name, FILMS) == role
