"""What people get of an import in tables: the template, what became of each row, the command."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from media_library.importing import sheets
from media_library.models import ImportRun, Resource
from tests.media_library.importing.tables import (
    HEAD,
    begun,
    csv_bytes,
    imported,
    line,
    somebody,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(data_folder: Path) -> None:
    """Each test has its own storage."""


def test_a_cell_that_a_spreadsheet_would_compute_leaves_as_text() -> None:
    agency, by = somebody()
    evil = '=HYPERLINK("http://evil.example","x")'
    imported(csv_bytes(HEAD, line(1, title=evil, summary="@SUM(A1)", keywords="+1")), agency=agency, by=by)
    run = ImportRun.objects.get()
    text = b"".join(sheets.as_csv(sheets.results(run, place_of=str))).decode("utf-8-sig")
    assert "'=HYPERLINK" in text and "'@SUM" in text and "'+1" in text
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(sheets.as_xlsx(("Kết quả", sheets.results(run, place_of=str)))))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"} and evil in [cell.value for cell in cells]
    again = imported(sheets.as_xlsx(("x", sheets.results(run, place_of=str))), agency=agency, by=by)
    assert again.state == "done", "a result file can be corrected and sent again"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_understood_in_both_languages(language: str) -> None:
    agency, by = somebody()
    with translation.override(language):
        book = sheets.as_xlsx(("Mẫu", sheets.template()), ("Giải thích", sheets.explanation()))
    run = begun(book, agency=agency, by=by)
    assert all(run.columns) and len(run.columns) == 21 and run.about["rows"] == 1


def test_the_command_checks_writes_and_says_what_became_of_each_row(tmp_path: Path) -> None:
    agency, by = somebody()
    table, result = tmp_path / "bang.csv", tmp_path / "ket-qua.csv"
    table.write_bytes(csv_bytes(HEAD, line(1), line(2, kind="x")))
    out, err = io.StringIO(), io.StringIO()
    given: dict[str, Any] = {"agency": agency.code, "by": by.username, "stdout": out, "stderr": err}
    call_command("import_table", str(table), **given)
    assert not Resource.objects.exists() and not ImportRun.objects.exists()
    assert err.getvalue().startswith("3: ")
    call_command("import_table", str(table), yes=True, results=result, **given)
    assert Resource.objects.count() == 1
    assert Resource.objects.get().public_id in result.read_text(encoding="utf-8-sig")
    for wrong_call in ({"agency": "không"}, {"by": "không"}):
        with pytest.raises(CommandError):
            call_command("import_table", str(table), **given | wrong_call)
    with pytest.raises(CommandError):
        call_command("import_table", str(tmp_path / "không có.csv"), **given)
