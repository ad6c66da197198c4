"""Tables for an import (CSV, XLSX), read into lines of JSON. Runs in the sandbox; needs no Django.

CSV as RFC 4180, with comma, semicolon or tab; UTF-8 with or without its mark, UTF-16, else Windows-1258, which
old Vietnamese spreadsheets write. XLSX is streamed (openpyxl, read only), formulas as their last results.
"""

from __future__ import annotations

import csv
import datetime
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from media_library.processing.office import MAIN_PARTS, MAX_PARTS, MAX_UNPACKED
from media_library.processing.refusal import Refusal

MAX_COLUMNS = 60
MAX_CELL = 20_000
"""Characters."""
_BLANK_LINES = 1000
"""A sheet may claim a million lines that hold nothing; after so many the table has ended."""
_BOOK = "xl/workbook.xml"
Row = list[str]


def read(path: str, target: str, limit: int) -> dict[str, Any]:
    """Write each line of the table at ``path`` as JSON ``[number, [cell, …]]`` to ``target``, headings first.

    Numbers are those that a spreadsheet shows; empty lines are passed over. Returns ``format``, ``encoding``,
    ``separator`` and the number of ``rows`` below the headings. Raises :class:`Refusal`.
    """
    source = Path(path)
    with source.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK\x03\x04"):
        about: dict[str, Any] = {"format": "xlsx", "encoding": "", "separator": ""}
        lines = _sheet(source)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal("table_old")
    else:
        encoding = _encoding(source)
        separator = _separator(source, encoding)
        about = {"format": "csv", "encoding": encoding, "separator": separator}
        lines = _csv(source, encoding=encoding, separator=separator)
    return about | {"rows": _write(lines, Path(target), limit=limit)}


def _write(lines: Iterable[tuple[int, Row]], target: Path, *, limit: int) -> int:
    written = 0
    with target.open("w", encoding="utf-8") as out:
        for number, cells in lines:
            if not any(cells):
                continue
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise Refusal("table_wide", limit=MAX_COLUMNS)
            if written > limit:
                raise Refusal("table_long", limit=limit)
            if any(len(cell) > MAX_CELL for cell in cells):
                raise Refusal("table_cell", row=number, limit=MAX_CELL)
            out.write(json.dumps([number, cells[:MAX_COLUMNS]], ensure_ascii=False) + "\n")
            written += 1
    if written < 2:
        raise Refusal("table_empty")
    return written - 1


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    elif head[1:2] == b"\x00" or head[:1] == b"\x00":
        candidates = ("utf-16-le" if head[1:2] == b"\x00" else "utf-16-be",)
    else:
        candidates = ("utf-8-sig", "cp1258")
    for encoding in candidates:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while piece := file.read(1 << 20):
                    if "\x00" in piece:
                        raise Refusal("table_unreadable")
        except UnicodeError:
            continue
        return encoding
    raise Refusal("table_unreadable")


def _separator(path: Path, encoding: str) -> str:
    """The one that divides the line of headings most often, outside quotation marks."""
    with path.open(encoding=encoding, newline="") as file:
        first = next((line for line in iter(lambda: file.readline(100_000), "") if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max((",", ";", "\t"), key=bare.count)


def _csv(path: Path, *, encoding: str, separator: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(10 * MAX_CELL)
    with path.open(encoding=encoding, newline="") as file:
        reader, number = csv.reader(file, delimiter=separator, strict=False), 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refusal("table_cell", row=number + 1, limit=MAX_CELL) from error
            number += 1
            yield number, [cell.strip() for cell in cells]


def _sheet(path: Path) -> Iterator[tuple[int, Row]]:
    """Lines of the first sheet that is shown."""
    from openpyxl import load_workbook

    _check_package(path)
    file = path.open("rb")  # openpyxl judges a path by its ending; the process ends with its reading
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise Refusal("table_empty")
        sheet.reset_dimensions()
        blank = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            row = [_text(cell) for cell in cells]
            while row and not row[-1]:
                row.pop()
            blank = 0 if row else blank + 1
            if blank > _BLANK_LINES:
                return
            yield number, row
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # openpyxl meets broken books with whatever comes
        raise Refusal("table_unreadable") from error


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refusal("table_unreadable") from error
    if _BOOK not in names or _BOOK not in MAIN_PARTS:
        raise Refusal("table_unreadable")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refusal("table_large")


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without ``.0``, days and times as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell).replace("\x00", "").strip()
