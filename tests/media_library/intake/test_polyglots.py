"""Files that are two things at once, or far more than they seem: taken as pictures or PDF only, or refused;
whatever else they hold reaches no public copy, and no limit is passed.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone

from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.models import StoredFile
from media_library.processing import jobs
from tests.factories import make_agency
from tests.media_library import specimens

pytestmark = pytest.mark.django_db
STRANGE = b"<script>bi-mat-0905()</script>"


def jpeg_and_archive() -> bytes:
    return specimens.picture() + specimens.archive(a=STRANGE * 20)


def jpeg_with_a_page_in_its_comment() -> bytes:
    return specimens.picture(comment=b"<!DOCTYPE html>" + STRANGE)


def jpeg_with_a_page_in_its_profile() -> bytes:
    return specimens.picture(icc_profile=STRANGE * 10)


def webp_with_a_chunk_of_its_own() -> bytes:
    content = specimens.picture(
        format="WEBP", exif=b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00" + STRANGE
    )
    chunk = b"k57x" + struct.pack("<I", len(STRANGE)) + STRANGE
    whole = content + chunk
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def png_with_text(packed: bytes) -> bytes:
    content = specimens.picture(format="PNG")
    body = b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + packed
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return content[:33] + chunk + content[33:]


def png_and_packed_page() -> bytes:
    return png_with_text(zlib.compress(STRANGE * 10))


def png_whose_text_unfolds_a_thousandfold() -> bytes:
    squeeze = zlib.compressobj(9)
    return png_with_text(b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(20)) + squeeze.flush())


def pdf(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 400))
        change(made)
        made.save(out)
    return out.getvalue()


def pdf_with_script_everywhere_and_an_archive() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        act = {"/S": pikepdf.Name.JavaScript, "/JS": STRANGE.decode()}
        made.Root["/OpenAction"] = pikepdf.Dictionary(act)
        made.pages[0]["/AA"] = pikepdf.Dictionary({"/O": pikepdf.Dictionary(act)})
        made.attachments["a.html"] = STRANGE

    return pdf(change) + specimens.archive(a=STRANGE * 3) + b"\n%%EOF"


def pdf_whose_pages_hold_one_another() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.Pages.Kids.append(made.Root.Pages)

    return pdf(change)


def pdf_whose_metadata_unfolds_a_thousandfold() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        squeeze = zlib.compressobj(9)
        packed = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(20)) + squeeze.flush()
        made.Root["/Metadata"] = pikepdf.Stream(made, packed, {"/Filter": pikepdf.Name.FlateDecode})

    return pdf(change)


def pdf_of_deep_brackets() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"


CASES = {
    made.__name__: (made, kind)
    for kind, makers in (
        (
            "photo",
            (
                jpeg_and_archive,
                jpeg_with_a_page_in_its_comment,
                jpeg_with_a_page_in_its_profile,
                webp_with_a_chunk_of_its_own,
                png_and_packed_page,
                png_whose_text_unfolds_a_thousandfold,
            ),
        ),
        (
            "document",
            (
                pdf_with_script_everywhere_and_an_archive,
                pdf_whose_pages_hold_one_another,
                pdf_whose_metadata_unfolds_a_thousandfold,
                pdf_of_deep_brackets,
            ),
        ),
    )
    for made in makers
}

REFUSED = {"png_whose_text_unfolds_a_thousandfold", "pdf_of_deep_brackets"}


@pytest.mark.parametrize("case", CASES)
def test_whatever_else_a_file_is_reaches_no_public_copy(case: str, data_folder: Path) -> None:
    make, kind = CASES[case]
    content = io.BytesIO(make())
    with contextlib.suppress(Rejected):
        accept(stream=content, name="tep", kind=kind, agency=make_agency(), by=None, at=timezone.now())
    assert StoredFile.objects.exists() == (case not in REFUSED)
    if case in REFUSED:
        return
    jobs.run_all_due()
    file = StoredFile.objects.get()
    assert file.processing_state in ("ready", "failed")
    assert "bi-mat" not in str(file.properties)
    for rendition in file.renditions.all():
        content = (data_folder / "files" / rendition.storage_name).read_bytes()
        assert STRANGE not in content, rendition.name
        assert b"PK\x03\x04" not in content[-2000:], rendition.name
    assert list((data_folder / "work").iterdir()) == []
