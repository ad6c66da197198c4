"""Tables and archives as people send them."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from media_library.importing import reading, running
from media_library.models import Agency, ImportRun, User
from media_library.processing import jobs
from tests.factories import audience, make_agency, make_communicator, topic

HEAD = ["Định danh", "Loại", "Tiêu đề", "Tóm tắt", "Đối tượng", "Chủ đề", "Từ khóa"]


def line(number: int, **changes: str) -> list[str]:
    """A whole row with an identifier, without a file."""
    cells = {
        "identifier": f"cms:{number}",
        "kind": "Bài viết",
        "title": f"Bài số {number}",
        "summary": f"Tóm tắt số {number}.",
        "audiences": "students",
        "topics": "Chuyển đổi số",
        "keywords": "an toàn; mật khẩu",
    }
    return list((cells | changes).values())


def csv_bytes(*lines: list[str], encoding: str = "utf-8", separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(lines)
    return out.getvalue().encode(encoding)


def xlsx_bytes(*lines: list[Any]) -> bytes:
    book = Workbook()
    for one in lines:
        book.active.append(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_bytes(**files: bytes) -> bytes:
    return zip_of(list(files.items()))


def zip_of(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def somebody() -> tuple[Agency, User]:
    """An agency and its communicator; the terms that :func:`line` names."""
    audience()
    topic(name="Chuyển đổi số")
    agency = make_agency()
    return agency, make_communicator(agency)


def begun(table: bytes, *, agency: Agency, by: User, archive: bytes | None = None) -> ImportRun:
    """An import whose table has been read."""
    run = reading.begin(
        table=io.BytesIO(table),
        table_name="bang.csv",
        archive=io.BytesIO(archive) if archive else None,
        archive_name="tep.zip" if archive else "",
        agency=agency,
        by=by,
        at=timezone.now(),
    )
    jobs.run_all_due()
    return ImportRun.objects.get(pk=run.pk)


def done(run: ImportRun) -> ImportRun:
    """…and confirmed, and run to its end. Files are not processed."""
    running.confirm(run, at=timezone.now())
    while jobs.Job.objects.filter(kind__startswith="import_", state="queued").exists():
        jobs.Job.objects.exclude(kind__startswith="import_").delete()
        jobs.Job.objects.filter(state="queued").update(run_at=timezone.now())
        jobs.run_next(worker="test", at=timezone.now())
    return ImportRun.objects.get(pk=run.pk)


def imported(table: bytes, *, agency: Agency, by: User, archive: bytes | None = None) -> ImportRun:
    return done(begun(table, agency=agency, by=by, archive=archive))
