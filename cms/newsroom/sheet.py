"""A contact sheet: a lightbox on A4 paper, twelve resources to a page, each with its picture, title and credit.

The pictures are renditions, which we wrote ourselves; a JPEG goes into the PDF as it is. The same rows give the
same bytes. Lengths are in points (1/72 inch).
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cms.newsroom.shown import Shown
from media_library.files.storage import open_range
from media_library.text import clean_line

_COLUMNS, _ROWS = 3, 4
_MARGIN, _GAP, _HEAD = 36.0, 14.0, 40.0
_PICTURE = 92.0
_LEADING = 10.0
_PLAIN, _STRONG = "KhoPlain", "KhoStrong"
_INK, _MUTED, _LINE = 0.12, 0.38, 0.8


@cache
def _fonts() -> None:
    folder = Path(settings.BASE_DIR) / "static" / "fonts"
    pdfmetrics.registerFont(TTFont(_PLAIN, folder / "be-vietnam-pro-400.ttf"))
    pdfmetrics.registerFont(TTFont(_STRONG, folder / "be-vietnam-pro-600.ttf"))


def drawn(entries: list[Shown], *, title: str, lang: str, address: str) -> bytes:
    """The sheet of what of ``entries`` is to be seen, as a PDF; ``address`` stands at its foot."""
    _fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, lang=lang)
    canvas.setTitle(title)
    canvas.setAuthor("Kho 57")
    seen = [entry for entry in entries if entry.resource is not None]
    each = _COLUMNS * _ROWS
    pages = max(1, -(-len(seen) // each))
    for page in range(pages):
        _frame(canvas, title=title, address=address, number=page + 1, pages=pages)
        for place, entry in enumerate(seen[page * each : (page + 1) * each]):
            _cell(canvas, entry, place)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _frame(canvas: Canvas, *, title: str, address: str, number: int, pages: int) -> None:
    width, height = A4
    canvas.setFillGray(_INK)
    _lines(canvas, title, _MARGIN, height - _MARGIN - 12, width - 2 * _MARGIN, font=_STRONG, size=14, most=1)
    canvas.setStrokeGray(_LINE)
    canvas.line(_MARGIN, height - _MARGIN - 22, width - _MARGIN, height - _MARGIN - 22)
    canvas.setFillGray(_MUTED)
    canvas.setFont(_PLAIN, 7.5)
    canvas.drawString(_MARGIN, _MARGIN - 14, address)
    told = _("Page %(number)d of %(pages)d") % {"number": number, "pages": pages}
    canvas.drawRightString(width - _MARGIN, _MARGIN - 14, told)


def _cell(canvas: Canvas, entry: Shown, place: int) -> None:
    width, height = A4
    wide = (width - 2 * _MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS
    high = (height - 2 * _MARGIN - _HEAD) / _ROWS
    left = _MARGIN + (place % _COLUMNS) * (wide + _GAP)
    top = height - _MARGIN - _HEAD - (place // _COLUMNS) * high
    _picture(canvas, entry, left=left, top=top, wide=wide)
    canvas.setFillGray(_INK)
    below = top - _PICTURE - 11
    below = _lines(canvas, entry.title, left, below, wide, font=_STRONG, size=8, most=3)
    canvas.setFillGray(_MUTED)
    about = f"{entry.kind_label} · {entry.public_id}"
    below = _lines(canvas, about, left, below, wide, font=_PLAIN, size=7, most=1)
    below = _lines(canvas, entry.credit, left, below, wide, font=_PLAIN, size=7, most=2)
    if entry.entry.note:
        canvas.setFillGray(_INK)
        _lines(canvas, entry.entry.note, left, below, wide, font=_PLAIN, size=7, most=2)


def _picture(canvas: Canvas, entry: Shown, *, left: float, top: float, wide: float) -> None:
    """Whole, as large as its place; a frame with its kind where there is no picture."""
    picture = entry.picture
    if picture is None or picture.rendition.media_type != "image/jpeg":
        canvas.setStrokeGray(_LINE)
        canvas.rect(left, top - _PICTURE, wide, _PICTURE)
        canvas.setFillGray(_MUTED)
        canvas.setFont(_PLAIN, 9)
        canvas.drawCentredString(left + wide / 2, top - _PICTURE / 2 - 3, entry.kind_label)
        return
    rendition = picture.rendition
    body = b"".join(open_range(rendition.storage_name, start=0, length=rendition.size))
    scale = min(wide / picture.width, _PICTURE / picture.height)
    size = (picture.width * scale, picture.height * scale)
    canvas.drawImage(ImageReader(io.BytesIO(body)), left, top - size[1], *size)


def _lines(
    canvas: Canvas, text: str, left: float, top: float, wide: float, *, font: str, size: float, most: int
) -> float:
    """At most ``most`` lines, the last with an ellipsis where there is more; returns where the next begins."""
    found = simpleSplit(clean_line(text), font, size, wide)
    if len(found) > most:
        last = found[most - 1]
        while last and pdfmetrics.stringWidth(f"{last}…", font, size) > wide:
            last = last[:-1]
        found = [*found[: most - 1], f"{last.rstrip()}…"]
    canvas.setFont(font, size)
    for line in found:
        canvas.drawString(left, top, line)
        top -= _LEADING
    return top
