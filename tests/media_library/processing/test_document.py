from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from media_library.processing import document
from tests.media_library import specimens


def test_a_pdf_gets_its_pages_their_words_and_a_first_page(tmp_path: Path) -> None:
    made = document.render(str(specimens.SLIDES), str(tmp_path))
    assert made["pages"] == 10
    texts = made["extracted"]["pages"]
    assert len(texts) == 10
    assert texts[0].startswith("Nghị quyết 57")
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    names = {about["name"] for about in made["renditions"]}
    assert "document.pdf" in names
    assert "w1920.webp" in names
    with Image.open(tmp_path / "w640.jpg") as first:
        assert first.width == 640


def test_the_first_pages_are_pictured_for_a_reader_in_the_page(tmp_path: Path) -> None:
    made = document.render(str(specimens.SLIDES), str(tmp_path), pictured=3)
    leaves = [about for about in made["renditions"] if about["purpose"] == "page"]
    assert [about["name"] for about in leaves] == ["p0001.webp", "p0002.webp", "p0003.webp"]
    for about in leaves:
        with Image.open(tmp_path / about["name"]) as image:
            assert image.size == (about["width"], about["height"])
            assert abs(image.width - 1000) <= 1  # PDFium rounds up


def secret_pdf(path: Path) -> Path:
    """Author, XMP, history, a script, an attachment, and a photo with its position on the page."""
    with pikepdf.open(specimens.SLIDES) as pdf:
        pdf.docinfo["/Author"] = "Nguyen Bi Mat"
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = ["Nguyen Bi Mat"]
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Bi Mat')")
        pdf.Root.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.Dictionary(LastUser="Nguyen Bi Mat"))
        pdf.attachments["rieng.txt"] = b"Bi Mat"
        photo = pdf.make_stream(specimens.PINE.read_bytes())
        photo.Type, photo.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        photo.Width, photo.Height = 960, 640
        photo.ColorSpace, photo.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        photo.Filter = pikepdf.Name.DCTDecode
        page = pdf.pages[0]
        page.add_resource(photo, pikepdf.Name.XObject, pikepdf.Name.Photo)
        page.contents_add(b"q 100 0 0 100 0 0 cm /Photo Do Q")
        pdf.save(path)
    return path


def test_the_public_copy_tells_neither_author_nor_place_and_runs_nothing(tmp_path: Path) -> None:
    source = secret_pdf(tmp_path / "a.pdf")
    (tmp_path / "out").mkdir()
    document.render(str(source), str(tmp_path / "out"))
    copy = tmp_path / "out" / "document.pdf"
    with pikepdf.open(copy) as pdf:
        assert "/Info" not in pdf.trailer
        for key in ("/Metadata", "/OpenAction", "/AA", "/PieceInfo"):
            assert key not in pdf.Root
        assert not pdf.attachments
        whole = b""
        for item in pdf.objects:
            whole += item.unparse() if not isinstance(item, pikepdf.Stream) else item.read_raw_bytes()
    for secret in (b"Bi Mat", b"JavaScript", b"Exif\x00\x00MM", b"Exif\x00\x00II", b"ns.adobe.com"):
        assert secret not in whole


def test_the_public_copy_shows_the_same_pages(tmp_path: Path) -> None:
    source = secret_pdf(tmp_path / "a.pdf")
    (tmp_path / "out").mkdir()
    document.render(str(source), str(tmp_path / "out"))
    before, after = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument(tmp_path / "out" / "document.pdf")
    assert len(before) == len(after)
    for number in range(len(before)):
        pictures = [pdf[number].render(scale=0.3).to_pil().tobytes() for pdf in (before, after)]
        assert pictures[0] == pictures[1]


@pytest.mark.parametrize("size", [(14_400, 100), (100, 14_400), (3, 3)])
def test_pages_of_any_shape_are_pictured_within_bounds(tmp_path: Path, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        pdf.save(out)
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    document.inspect(str(tmp_path / "a.pdf"))
    (tmp_path / "out").mkdir()
    made = document.render(str(tmp_path / "a.pdf"), str(tmp_path / "out"))
    assert all(about["width"] <= 1920 for about in made["renditions"] if "width" in about)
