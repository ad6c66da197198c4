"""A transcript without times: read from plain text and DOCX, and from nothing hostile."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.kinds import Role
from media_library.models import StoredFile
from media_library.processing import jobs, transcript
from media_library.processing.refusal import Refusal
from tests.factories import make_agency, make_communicator
from tests.media_library import packages, specimens

_ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def read(tmp_path: Path, content: bytes) -> list[str]:
    (tmp_path / "loi").write_bytes(content)
    return transcript.paragraphs_of(str(tmp_path / "loi"))


def test_paragraphs_of_a_text_are_parted_by_empty_lines(tmp_path: Path) -> None:
    text = "MC: Xin chào\r\nquý vị.\r\n\r\n \r\nKhách:  cảm ơn\u202e\x07.\r\n"
    assert read(tmp_path, text.encode("utf-8-sig")) == ["MC: Xin chào\nquý vị.", "Khách: cảm ơn."]
    assert read(tmp_path, "Tiếng Việt".encode("utf-16")) == ["Tiếng Việt"]


def test_paragraphs_of_word_are_its_own_and_nothing_that_was_deleted_or_hidden(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>MC:</w:t><w:tab/><w:t>Mời anh</w:t><w:br/><w:t>Nam.</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>bỏ đi</w:delText></w:r></w:del></w:p>"
        '<w:p><w:r><w:instrText>INCLUDETEXT "file:///etc/passwd"</w:instrText></w:r></w:p>'
    )
    assert read(tmp_path, packages.docx(body)) == [packages.WORDS, "MC: Mời anh\nNam.", "Trang hai"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "transcript_empty"),
        (b" \n\n\t\n", "transcript_empty"),
        (b"Ti\xe1\xbang \xff\xfe \xe9", "caption_encoding"),
        (packages.docx(**{"word/document.xml": "<w:document"}), "damaged"),
        (packages.docx(**{"word/document.xml": f"{_ENTITIES}<w>&b;</w>"}), "damaged"),
        (packages.docx(**{"word/document.xml": f"{_OUTSIDE}<w>&f;</w>"}), "damaged"),
        (packages.docx(**{"word/vbaProject.bin": b"x"}), "macro"),
        (specimens.office("ppt/presentation.xml"), "damaged"),
        (b"a" * (transcript.MAX_LETTERS + 1), "too_much"),
    ],
)
def test_what_holds_no_words_or_is_hostile_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(tmp_path, content)
    assert refusal.value.code == code


def taken(content: bytes, name: str) -> StoredFile:
    agency = make_agency()
    person = make_communicator(agency)
    at = timezone.now()
    return accept(
        stream=[content], name=name, kind="video", role=Role.TRANSCRIPT, agency=agency, by=person, at=at
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize(("name", "content"), [("l.txt", "Lời dẫn".encode()), ("l.docx", packages.docx())])
def test_it_is_taken_prepared_and_shown_as_plain_text(name: str, content: bytes) -> None:
    file = taken(content, name)
    jobs.run_all_due()
    file.refresh_from_db()
    assert (file.processing_state, file.untimed) == ("ready", True)
    assert file.extracted["paragraphs"][0] in ("Lời dẫn", packages.WORDS)
    (copy,) = file.renditions.all()
    assert (copy.name, copy.purpose, copy.media_type) == ("transcript.txt", "caption", "text/plain")


@pytest.mark.django_db
@pytest.mark.usefixtures("data_folder")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.txt", b"MZ\x90\x00 chuong trinh"),
        ("l.txt", b"<script>alert(1)</script>"),
        ("l.txt", b"a\x00b"),
        ("l.docx", packages.docx(**{"word/vbaProject.bin": b"x"})),
        ("l.docx", packages.docx(**{"word/document.xml": f"{_OUTSIDE}<w>&f;</w>"})),
        ("l.docx", specimens.office("xl/workbook.xml")),
        ("l.docx", b"PK\x03\x04" + b"\0" * 200),
    ],
)
def test_what_is_none_is_refused_and_nothing_is_kept(name: str, content: bytes) -> None:
    with pytest.raises(Rejected):
        taken(content, name)
    assert not StoredFile.objects.exists()
