"""Tables as files: CSV streams line by line, XLSX is written row by row to a temporary file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from media_library.text import unarmed

Row = Iterable[str | int]
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Line:
    """A file whose every write is handed back."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[Row], *, name: str) -> StreamingHttpResponse:
    """UTF-8 with a byte order mark, without which Excel takes the accents apart."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([_harmless(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_xlsx(rows: Iterable[Row], *, name: str) -> FileResponse:
    """Text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=SPREADSHEET)


def _cell(sheet: Any, value: str | int) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _harmless(value: str | int) -> str | int:
    return unarmed(value) if isinstance(value, str) else value
