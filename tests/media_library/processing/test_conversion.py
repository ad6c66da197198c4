"""Slides and texts: converted as a PDF where a converter is there, refused plainly where none is."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media_library.editing.batch import places
from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.models import Job, StoredFile
from media_library.processing import conversion, jobs, links, office
from media_library.processing.refusal import Refusal
from tests.factories import make_agency
from tests.media_library import packages, specimens
from tests.media_library.conftest import stored_names

REAL = shutil.which("soffice")


@pytest.fixture
def stand_in(settings: Any, tmp_path: Path) -> Path:
    """A converter that leaves the demonstration's slides where LibreOffice leaves its PDF."""
    return _command(
        settings,
        tmp_path,
        f'shift $(($# - 2)); cp {specimens.SLIDES} "$1/$(basename "$2" | cut -d. -f1).pdf"',
    )


def _command(settings: Any, folder: Path, does: str) -> Path:
    command = folder / "office"
    command.write_text(f"#!/bin/sh\n{does}\n")
    command.chmod(0o755)
    settings.OFFICE_COMMAND = str(command)
    return command


def upload(content: bytes, *, role: str = "original", name: str = "bai.pptx") -> StoredFile:
    kind = "document"
    agency = make_agency()
    return accept(
        stream=io.BytesIO(content), name=name, kind=kind, role=role, agency=agency, by=None, at=timezone.now()
    )


@pytest.mark.django_db
def test_slides_get_all_that_a_pdf_gets(data_folder: Path, stand_in: Path) -> None:
    file = upload(packages.docx())
    jobs.run_all_due()
    file.refresh_from_db()
    assert (file.processing_state, file.problem) == ("ready", "")
    assert file.pages and any(file.extracted["pages"])
    made = dict(file.renditions.values_list("name", "media_type"))
    assert {"document.pdf", "w1920.webp", "p0001.webp"} <= set(made)
    assert not any("office" in media_type for media_type in made.values())  # the package stays private
    assert file.fingerprints.exists()


@pytest.mark.django_db
def test_an_attachment_stays_what_it_is(data_folder: Path, stand_in: Path) -> None:
    file = upload(packages.docx(), role="attachment")
    jobs.run_all_due()
    assert list(file.renditions.values_list("name", flat=True)) == ["document.docx"]


@pytest.mark.django_db
def test_without_a_converter_slides_are_refused_before_and_after_they_are_sent(
    data_folder: Path, settings: Any
) -> None:
    settings.OFFICE_COMMAND = "/nowhere/soffice"
    with pytest.raises(Rejected, match="PDF") as refused:
        upload(packages.odp("Một"))
    assert refused.value.code == "no_converter"
    assert stored_names(data_folder) == set()
    assert not StoredFile.objects.exists()
    for name in ("a.pptx", "A.ODT"):
        with pytest.raises(Rejected, match="PDF"):
            places.check(name=name, size=9, pictures="photo")


@pytest.mark.django_db
@pytest.mark.parametrize("does", ["exit 1", "exit 0", 'shift $(($# - 2)); echo x > "$1/document.pdf"'])
def test_a_conversion_that_fails_says_what_to_do(data_folder: Path, settings: Any, does: str) -> None:
    _command(settings, data_folder, does)
    file = upload(packages.docx())
    jobs.run_all_due()
    file.refresh_from_db()
    assert file.processing_state == "failed"
    assert file.problem
    assert not file.renditions.exists()
    assert Job.objects.get(kind="process_file").attempts == 1  # the same file would end the same way


@pytest.mark.django_db
def test_the_converter_sees_nothing_of_our_environment(data_folder: Path, settings: Any) -> None:
    told = data_folder / "told"
    _command(settings, data_folder, f"env > {told}; exit 1")
    upload(packages.docx())
    jobs.run_all_due()
    assert "DJANGO" not in told.read_text()
    assert "PYTHONPATH" not in told.read_text()


def copied(tmp_path: Path, content: bytes) -> dict[str, bytes]:
    (tmp_path / "a").write_bytes(content)
    with office.opened(str(tmp_path / "a")) as package:
        links.without_links(package, target=tmp_path / "b")
    with zipfile.ZipFile(tmp_path / "b") as copy:
        return {name: copy.read(name) for name in copy.namelist()}


OUTSIDE = {
    "a picture of another site": packages.relationship("image", "http://thu.example/a.png"),
    "a local file": packages.relationship("image", "file:///etc/passwd"),
    "a template": packages.relationship("attachedTemplate", "https://thu.example/a.dotm"),
    "a frame": packages.relationship("frame", "\\\\thu.example\\a"),
    "in other letters": packages.relationship("oleObject", "http://thu.example/", mode="&#69;XTERNAL"),
    "not called external": packages.relationship("image", "http://thu.example/a.png", mode=""),
    "a link to a local file": packages.relationship("hyperlink", "file:///etc/passwd"),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_a_program_would_fetch_goes(tmp_path: Path, case: str) -> None:
    parts = {"word/_rels/document.xml.rels": packages.relationships(OUTSIDE[case])}
    assert b"Target=" not in copied(tmp_path, packages.docx(**parts))["word/_rels/document.xml.rels"]


def test_a_link_that_readers_follow_stays(tmp_path: Path) -> None:
    line = packages.relationship("hyperlink", "https://hue.gov.vn/")
    parts = {"word/_rels/document.xml.rels": packages.relationships(line)}
    assert b"https://hue.gov.vn/" in copied(tmp_path, packages.docx(**parts))["word/_rels/document.xml.rels"]


def test_embedded_objects_are_left_out(tmp_path: Path) -> None:
    parts = {"word/embeddings/oleObject1.bin": b"x", "word/activeX/activeX1.xml": b"<a/>"}
    assert set(copied(tmp_path, packages.docx(**parts))) == set(copied(tmp_path, packages.docx()))


def test_an_open_document_keeps_its_links_and_loses_what_it_would_fetch(tmp_path: Path) -> None:
    body = (
        '<text:section text:name="s"><text:section-source xlink:href="file:///etc/passwd"/></text:section>'
        '<text:p><draw:frame><draw:image xlink:href="http://thu.example/a.png"/></draw:frame>'
        '<draw:frame><draw:image xlink:href="../../../etc/hosts"/></draw:frame>'
        '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
        '<text:a xlink:href="https://hue.gov.vn/">x</text:a><text:a xlink:href="macro:x">y</text:a></text:p>'
        "<office:scripts>z</office:scripts>"
    )
    content = copied(tmp_path, packages.odt(body, **{"Pictures/a.png": b"x"}))["content.xml"].decode()
    for gone in ("passwd", "thu.example", "etc/hosts", "macro:", "scripts"):
        assert gone not in content
    assert "Pictures/a.png" in content
    assert "https://hue.gov.vn/" in content


def field(*codes: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return f"<w:p>{runs}</w:p>"


REFUSED = {
    "a field that includes a file": (packages.docx(field('INCLUDETEXT "/etc/passwd"')), "linked"),
    "the same in parts": (packages.docx(field("INCL", 'UDEPICTURE "http://thu.example/"')), "linked"),
    "a field that starts a program": (packages.docx(field("DDEAUTO cmd")), "linked"),
    "entities without end": (
        packages.docx(**{"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'}),
        "damaged",
    ),
    "a document made for macros": (
        packages.docx(**{"[Content_Types].xml": "<Types>x.document.macroEnabled.main+xml</Types>"}),
        "macro",
    ),
    "macros of OpenDocument": (packages.odt(**{"Basic/Standard/a.xml": "<a/>"}), "macro"),
    "scripts of OpenDocument": (packages.odt(**{"Scripts/python/a.py": "x"}), "macro"),
    "an OpenDocument with a password": (
        packages.odt(**{"META-INF/manifest.xml": "<m:encryption-data/>"}),
        "locked",
    ),
    "a spreadsheet of OpenDocument": (packages.odf("spreadsheet", ""), "archive"),
    "an archive that climbs": (packages.odt(**{"mimetype": "application/zip", "../../a": "x"}), "archive"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", REFUSED)
def test_hostile_packages_are_refused(tmp_path: Path, monkeypatch: Any, case: str) -> None:
    content, code = REFUSED[case]
    (tmp_path / "a").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refusal, match=code):
        conversion.render(str(tmp_path / "a"), str(tmp_path), "/bin/false")


def test_common_fields_are_no_reason_to_refuse(tmp_path: Path) -> None:
    body = field("PAGE", ' HYPERLINK "http://linked.example/include"', "TOC")
    assert "word/document.xml" in copied(tmp_path, packages.docx(body))


@pytest.mark.django_db
def test_a_document_of_office_with_a_password_is_named_as_such(data_folder: Path, stand_in: Path) -> None:
    with pytest.raises(Rejected) as refused:
        upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert refused.value.code == "wrong_type"


@pytest.mark.skipif(REAL is None, reason="LibreOffice is not installed")
@pytest.mark.django_db
def test_libreoffice_converts_each_of_the_four(data_folder: Path, settings: Any) -> None:
    settings.OFFICE_COMMAND = ""
    made = {
        "docx": packages.docx(),
        "odt": packages.odt(),
        "odp": packages.odp(packages.WORDS, "Hai"),
        "pptx": packages.pptx(),
    }
    files = {ending: upload(content, name=f"a.{ending}") for ending, content in made.items()}
    jobs.run_all_due()
    for ending, file in files.items():
        file.refresh_from_db()
        assert (ending, file.processing_state, file.problem) == (ending, "ready", "")
        assert packages.WORDS in file.extracted["pages"][0]
