"""PDF: its pages, their words, the first as a picture, a public copy. Runs in the sandbox, without Django."""

from __future__ import annotations

import contextlib
import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from media_library.processing import embedded_picture
from media_library.processing.clean_copy import strip_jpeg
from media_library.processing.picture import render_ladder
from media_library.processing.refusal import Refusal

MAX_PAGES = 2000
COVER_WIDTH = 1920
"""Pixels; a page is text, and sharp enough to be read at that."""
MAX_TEXT = 4_000_000
"""Characters of extracted text that are kept, over all pages."""
LEAF_WIDTH, LEAF_QUALITY = 1000, 75
"""Pixels: the text of an A4 page can be read on a telephone when it is enlarged, and without on a desk."""
_PASSWORD = 4
_KEYS_OF_ORIGIN = ("/Metadata", "/PieceInfo", "/LastModified")
_KEYS_OF_ACTION = ("/OpenAction", "/AA", "/JavaScript", "/EmbeddedFiles")


def inspect(path: str) -> dict[str, Any]:
    """Open it and render a first page small. Raises :class:`Refusal`."""
    with _opened(path) as document:
        pages = len(document)
        if pages == 0:
            raise Refusal("damaged")
        if pages > MAX_PAGES:
            raise Refusal("too_many_pages", pages=pages, limit=MAX_PAGES)
        _picture(document, width=64)
        told = embedded_picture.of_pdf(document, path=path, size=Path(path).stat().st_size)
    _check_end(Path(path))
    properties = {"embedded": told} if told else {}
    return {"media_type": "application/pdf", "pages": pages, "properties": properties}


def render(source: str, folder: str, pictured: int = 0) -> dict[str, Any]:
    """Make the ladder of the first page, pictures of the first ``pictured`` pages and the public copy."""
    out = Path(folder)
    with _opened(source) as document:
        texts = _texts(document)
        pages = len(document)
        first = _picture(document, width=COVER_WIDTH)
        leaves = [_leaf(document, number, folder=out) for number in range(min(pages, pictured))]
    ladder = render_ladder(first, folder=out, purpose="poster")
    _copy(Path(source), target=out / "document.pdf")
    copy = {"name": "document.pdf", "purpose": "download", "media_type": "application/pdf"}
    return {
        "pages": pages,
        "phash": ladder["phash"],
        "extracted": {"pages": texts},
        "properties": {"colour": ladder["colour"]},
        "renditions": [*ladder["renditions"], *leaves, copy],
    }


def words(source: str) -> list[str]:
    """The text of each page and nothing else. Raises :class:`Refusal`."""
    with _opened(source) as document:
        return _texts(document)


@contextlib.contextmanager
def _opened(path: str) -> Any:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise Refusal("encrypted" if code == _PASSWORD else _damage(Path(path))) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise Refusal("damaged") from error
    finally:
        document.close()


def _damage(path: Path) -> str:
    try:
        _check_end(path)
    except Refusal as refusal:
        return refusal.code
    return "damaged"


def _check_end(path: Path) -> None:
    """A PDF ends with its end-of-file mark (ISO 32000-2, 7.5.5); readers mend one without, by guessing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        if b"%%EOF" not in file.read():
            raise Refusal("truncated")


def _leaf(document: Any, number: int, *, folder: Path) -> dict[str, Any]:
    """One page for the reader in the page; ``p0001.webp`` is the first."""
    image = _picture(document, width=LEAF_WIDTH, number=number)
    name = f"p{number + 1:04}.webp"
    image.save(folder / name, "WEBP", quality=LEAF_QUALITY, method=2)
    size = {"width": image.width, "height": image.height}
    return {"name": name, "purpose": "page", "media_type": "image/webp", **size}


def _picture(document: Any, *, width: int, number: int = 0) -> Any:
    page = document[number]
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise Refusal("damaged")
    scale = min(width / across, 4 * width / down)
    return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def _texts(document: Any) -> list[str]:
    texts, left = [], MAX_TEXT
    for page in document:
        words = page.get_textpage()
        text = _clean(words.get_text_range(count=-1, errors="ignore"))[:left]
        words.close()
        page.close()
        left -= len(text)
        texts.append(text)
    return texts


def _clean(text: str) -> str:
    """NFC, without control characters, words that were cut at a line's end joined again."""
    text = unicodedata.normalize("NFC", text).replace("\ufffe", "").replace("\u00ad", "")
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n")]
    kept = "\n".join(line for line in lines if line)
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))


def _copy(source: Path, *, target: Path) -> None:
    """A copy without author, programs used, history, embedded files and script; words and structure stay."""
    try:
        with pikepdf.open(source) as pdf:
            _clean_root(pdf)
            for item in pdf.objects:
                if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                    _clean_object(item)
            pdf.remove_unreferenced_resources()
            pdf.save(target, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise Refusal("encrypted") from error
    except (pikepdf.PdfError, ValueError) as error:
        raise Refusal("damaged") from error


def _clean_root(pdf: pikepdf.Pdf) -> None:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    names = pdf.Root.get("/Names")
    for holder in (pdf.Root, names):
        for key in (*_KEYS_OF_ACTION, *_KEYS_OF_ORIGIN):
            if holder is not None and key in holder:
                del holder[key]


def _clean_object(item: Any) -> None:
    for key in (*_KEYS_OF_ORIGIN, "/AA"):
        if key in item:
            del item[key]
    if item.get("/S") in ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm"):
        del item["/S"]
    if not isinstance(item, pikepdf.Stream) or item.get("/Subtype") != "/Image":
        return
    if item.get("/Filter") == "/DCTDecode":
        with contextlib.suppress(Refusal):
            item.write(strip_jpeg(item.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
