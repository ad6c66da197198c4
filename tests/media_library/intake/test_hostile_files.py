"""Every bad file of the specification: a clear message, and nothing stored half."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from babel.messages.pofile import read_po
from django.utils import timezone

from media_library.intake.accept import accept
from media_library.intake.rejection import MESSAGES, NAMES, Rejected
from media_library.models import Job, StoredFile
from tests.factories import make_agency
from tests.media_library.conftest import stored_names
from tests.media_library.specimens import (
    FILM,
    PANDA,
    SLIDES,
    SOUND,
    archive,
    made_with_ffmpeg,
    office,
    picture,
    png_bomb,
    png_claiming,
)

FRAGMENTS = Path(__file__).parents[3] / "locale" / "fragments"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PLAYLIST = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def encrypted_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(SLIDES) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="chu", user="mat-khau"))
    return out.getvalue()


def bomb_office() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b"\x00" * (80 << 20))
    return out.getvalue()


CASES: dict[str, tuple[bytes | Callable[[], bytes], str, str, str]] = {
    "zero bytes": (b"", "photo", "original", "empty"),
    "an archive named .jpg": (archive(), "photo", "original", "archive"),
    "an archive as attachment": (archive(), "photo", "attachment", "archive"),
    "a PDF as a photo": (SLIDES.read_bytes(), "photo", "original", "wrong_type"),
    "a photo as a video": (PANDA.read_bytes(), "video", "original", "wrong_type"),
    "sound as a video": (SOUND.read_bytes(), "video", "original", "wrong_type"),
    "a film as a podcast": (FILM.read_bytes(), "podcast", "original", "wrong_type"),
    "a GIF": (picture(format="GIF"), "photo", "original", "wrong_type"),
    "a TIFF": (picture(format="TIFF"), "photo", "original", "wrong_type"),
    "SVG without a size": (SVG, "infographic", "original", "svg"),
    "SVG as a cover": (SVG, "video", "cover", "wrong_type"),
    "a web page": (HTML, "photo", "original", "wrong_type"),
    "a program": (b"MZ" + b"\x00" * 200, "document", "original", "executable"),
    "plain text": (b"chi la chu", "photo", "original", "unknown"),
    "random bytes": (bytes(range(7, 256)) * 20, "video", "original", "unknown"),
    "a playlist that names local files": (PLAYLIST, "video", "original", "unknown"),
    "a playlist behind a RIFF header": (
        b"RIFF\x00\x10\x00\x00AVI " + PLAYLIST,
        "video",
        "original",
        "wrong_type",
    ),
    "a truncated JPEG": (PANDA.read_bytes()[:200_000], "photo", "original", "truncated"),
    "a JPEG of which only the header is there": (PANDA.read_bytes()[:300], "photo", "original", "damaged"),
    "a truncated PNG": (picture(format="PNG")[:-200], "photo", "original", "truncated"),
    "a PNG with broken data": (
        (lambda whole: whole[: whole.index(b"IDAT") + 4] + b"\x00" * 40 + whole[whole.index(b"IDAT") + 44 :])(
            picture(format="PNG")
        ),
        "photo",
        "original",
        "damaged",
    ),
    "a truncated WebP": (picture(900, 700, format="WEBP")[:-500], "photo", "original", "damaged"),
    "a truncated film": (FILM.read_bytes()[:200_000], "video", "original", "truncated"),
    "a film without its head": (
        b"\x00\x00\x00\x18ftypmp42" + b"\x01" * 5000,
        "video",
        "original",
        "truncated",
    ),
    "truncated sound": (SOUND.read_bytes()[:300_000], "podcast", "original", "truncated"),
    "a truncated PDF": (SLIDES.read_bytes()[:60_000], "document", "original", "truncated"),
    "a PDF of noise": (b"%PDF-1.7\n" + b"\x9f" * 4000 + b"\n%%EOF", "document", "original", "damaged"),
    "an encrypted PDF": (encrypted_pdf(), "document", "original", "encrypted"),
    "50,000 x 50,000 claimed": (png_claiming(50_000, 50_000), "photo", "original", "too_many_pixels"),
    "a PNG bomb": (lambda: png_bomb(12_000), "photo", "original", "too_many_pixels"),
    "captions without a time": (b"WEBVTT\n\nxin chao\n", "video", "caption", "caption_empty"),
    "captions in an old encoding": (
        b"WEBVTT\n\n00:01.000 --> 00:02.000\nTi\xd5ng Vi\xd6t\n",
        "video",
        "caption",
        "caption_encoding",
    ),
    "a document with macros": (
        office(**{"word/vbaProject.bin": b"x"}),
        "photo",
        "attachment",
        "macro",
    ),
    "an Office bomb": (bomb_office, "photo", "attachment", "too_much"),
    "an article's main file": (PANDA.read_bytes(), "article", "original", "not_taken_here"),
}
"""Content, kind, role and code of the refusal; what takes a second to make is made by its test."""


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_with_a_message_and_leaves_nothing(case: str, data_folder: Path) -> None:
    given, kind, role, code = CASES[case]
    content = given() if callable(given) else given
    with pytest.raises(Rejected) as refused:
        accept(
            stream=io.BytesIO(content),
            name="ten-tep.jpg",
            kind=kind,
            role=role,
            agency=make_agency(),
            by=None,
            at=timezone.now(),
        )
    assert refused.value.code == code
    assert "%(" not in refused.value.message
    assert stored_names(data_folder) == set()
    assert list((data_folder / "work").glob("*")) == []
    assert not StoredFile.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_file_over_its_limit_is_refused(data_folder: Path, settings) -> None:
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"photo": 100_000}
    with pytest.raises(Rejected) as refused:
        accept(
            stream=io.BytesIO(PANDA.read_bytes()),
            name="a.jpg",
            kind="photo",
            agency=make_agency(),
            by=None,
            at=timezone.now(),
        )
    assert refused.value.code == "too_large"
    assert stored_names(data_folder) == set()


@pytest.mark.django_db
def test_a_film_with_sound_only_in_a_film_container_is_told_to_be_a_podcast(
    data_folder: Path, tmp_path: Path
) -> None:
    path = made_with_ffmpeg(
        tmp_path / "a.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", "-brand", "mp42"
    )
    with pytest.raises(Rejected) as refused:
        accept(
            stream=io.BytesIO(path.read_bytes()),
            name="a.mp4",
            kind="video",
            agency=make_agency(),
            by=None,
            at=timezone.now(),
        )
    assert refused.value.code == "no_picture"


@pytest.mark.django_db
def test_a_failure_while_the_row_is_written_takes_the_bytes_back(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_fields: object) -> None:
        raise RuntimeError("database gone")

    monkeypatch.setattr("media_library.processing.jobs.enqueue", failing)
    with pytest.raises(RuntimeError):
        accept(
            stream=io.BytesIO(PANDA.read_bytes()),
            name="a.jpg",
            kind="photo",
            agency=make_agency(),
            by=None,
            at=timezone.now(),
        )
    assert stored_names(data_folder) == set()
    assert not StoredFile.objects.exists()


def test_every_message_is_written_in_vietnamese_with_the_same_figures() -> None:
    catalogues = []
    for name in ("media.po", "offices.po", "speech.po"):
        with (FRAGMENTS / name).open("rb") as file:
            catalogues.append(read_po(file))
    for text in [*MESSAGES.values(), *NAMES.values()]:
        entry = next((found for catalogue in catalogues if (found := catalogue.get(text))), None)
        assert entry is not None, text
        assert entry.string, text
        assert figures(str(entry.string)) == figures(text), text


def figures(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))
