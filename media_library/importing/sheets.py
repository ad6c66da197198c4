"""Tables that leave the library: the template of an import, and what became of each row; CSV and XLSX.

A cell that a spreadsheet would take for a formula is written as text: with an apostrophe before it in CSV, as a
string in XLSX (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from media_library.importing.columns import BY_CODE, COLUMNS, Column
from media_library.importing.problems import told
from media_library.models import ImportRow, ImportRun
from media_library.text import unarmed

Lines = Iterable[list[str]]


def as_csv(lines: Lines) -> Iterator[bytes]:
    """UTF-8 with its mark, so that Excel reads the accents."""
    yield b"\xef\xbb\xbf"
    for line in lines:
        out = io.StringIO()
        csv.writer(out).writerow([unarmed(cell) for cell in line])
        yield out.getvalue().encode()


def as_xlsx(*sheets: tuple[str, Lines]) -> bytes:
    """A book with these sheets; every cell is text, the first line bold."""
    book = Workbook(write_only=True)
    for name, lines in sheets:
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for number, line in enumerate(lines):
            sheet.append([_cell(sheet, text, bold=not number) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def heading(column: Column) -> str:
    """What stands over the column, in the language of the moment."""
    return (column.english if get_language() == "en" else column.headings)[0]


def template() -> Lines:
    """Headings and one row as an example."""
    yield [heading(column) for column in COLUMNS]
    yield [column.example for column in COLUMNS]


def explanation() -> Lines:
    """What each column means, and all headings by which it is known."""
    yield [_("Column"), _("What to write"), _("Also understood")]
    for column in COLUMNS:
        others = [*column.headings, *column.english, column.code]
        shown = heading(column)
        yield [shown, str(column.about), ", ".join(name for name in others if name != shown)]


def results(run: ImportRun, *, place_of: Callable[[int], str]) -> Lines:
    """A line for each row: number, what became of it, why, where it is, and the row as it came.

    ``place_of``: from the key of a resource to its address for those who edit it.
    """
    columns = [code for code in run.columns if code]
    yield [
        _("Row"),
        _("What became of it"),
        _("Notes"),
        _("Identifier"),
        _("Address in the library"),
        *(heading(BY_CODE[code]) for code in columns),
    ]
    rows = run.rows.select_related("resource").order_by("number")
    for row in rows.iterator(chunk_size=500):
        place = place_of(row.resource.pk) if row.resource else ""
        name = row.resource.public_id if row.resource else ""
        cells = [row.values.get(code, "") for code in columns]
        yield [str(row.number), str(row.get_state_display()), notes(row), name, place, *cells]


def notes(row: ImportRow) -> str:
    """Everything that was found wrong, each with its column."""
    said = []
    for one in row.problems:
        column = BY_CODE.get(one.get("column", ""))
        said.append(f"{heading(column)}: {told(one)}" if column else told(one))
    return " ".join(said)
