"""A table and its archive are read, in whatever form people send them, or refused whole."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.utils import timezone

from media_library.importing import forgetting, reading
from media_library.importing.problems import told
from media_library.intake.rejection import Rejected
from media_library.models import ImportRun, Resource
from tests.media_library.importing.tables import (
    HEAD,
    begun,
    csv_bytes,
    done,
    line,
    somebody,
    xlsx_bytes,
    zip_of,
)

pytestmark = pytest.mark.django_db
FILED = ["Định danh", "Loại", "Tiêu đề", "Tệp", "Alt", "Phụ đề"]


@pytest.fixture(autouse=True)
def _own_files(data_folder: Path) -> None:
    """Each test has its own storage."""


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("utf-16-le", ","),
        ("cp1258", ";"),
    ],
)
def test_a_csv_is_read_in_each_encoding_and_with_each_separator(encoding: str, separator: str) -> None:
    agency, by = somebody()
    head, row = (
        ["Title", "Kind", "Summary"],
        ["Đường đến trường", "article", 'Có "dấu", phẩy; và\nxuống dòng'],
    )
    text = csv_bytes(head, row, separator=separator).decode()
    if encoding == "cp1258":  # letters with combining marks, as Windows writes them
        import unicodedata

        text = "".join(
            sign if sign in "ĐđƠơƯư" else _windows(unicodedata.normalize("NFD", sign)) for sign in text
        )
    run = begun(text.encode(encoding), agency=agency, by=by)
    assert run.state == "checked", run.problem
    (kept,) = run.rows.all()
    assert kept.values["title"] == "Đường đến trường"
    assert kept.values["summary"] == 'Có "dấu", phẩy; và xuống dòng'
    assert run.about["separator"] == separator and run.about["rows"] == 1


def _windows(letters: str) -> str:
    """A letter with its hat or horn as one sign, its tone as another."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    bare = unicodedata.normalize("NFC", "".join(one for one in letters if one not in tones))
    return bare + "".join(one for one in letters if one in tones)


def test_a_spreadsheet_is_read_with_days_and_numbers_as_people_see_them() -> None:
    import datetime

    agency, by = somebody()
    table = xlsx_bytes(
        ["ID", "Kind", "Title", "Embargo", "Expires", None, "Cột lạ"],
        [157.0, "Bài viết", "Hàng hai", datetime.datetime(2026, 12, 31, 8, 30), datetime.date(2027, 1, 5)],
        [],
        ["A-2", "Article", "Hàng bốn", None, None, None, "x"],
    )
    run = begun(table, agency=agency, by=by)
    assert run.columns == ["id", "kind", "title", "embargo", "expires", "", ""]
    assert run.about["unknown"] == ["Cột lạ"] and run.about["format"] == "xlsx"
    assert [row.number for row in run.rows.all()] == [2, 4]
    assert run.rows.get(number=2).value == "157"
    done(run)
    row = Resource.objects.get(identifiers__value="157")
    assert timezone.localtime(row.embargo_until).isoformat() == "2026-12-31T08:30:00+07:00"
    assert timezone.localtime(row.expire_at).isoformat() == "2027-01-05T00:00:00+07:00"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (csv_bytes(HEAD), "table_empty"),
        (b"\n\n\n", "table_empty"),
        (b"Xyz,Abc\n1,2\n", "table_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table_old"),
        (b"PK\x03\x04" + b"nonsense" * 50, "table_unreadable"),
        (zip_of([("a.txt", b"x")]), "table_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "table_unreadable"),
        (csv_bytes(["Title"], ["x" * 30_000]), "table_cell"),
        (csv_bytes(["Title"] * 70, ["x"] * 70), "table_wide"),
        (xlsx_bytes(["Title"])[:-40], "table_unreadable"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(table: bytes, code: str) -> None:
    agency, by = somebody()
    run = begun(table, agency=agency, by=by)
    assert (run.state, run.problem["code"]) == ("failed", code)
    assert not run.rows.exists() and told(run.problem)
    assert forgetting.discard(run) and not ImportRun.objects.exists()


def test_a_table_with_too_many_rows_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    agency, by = somebody()
    monkeypatch.setattr(reading, "ROWS", 3)
    assert begun(csv_bytes(HEAD, *(line(n) for n in range(3))), agency=agency, by=by).state == "checked"
    assert begun(csv_bytes(HEAD, *(line(n) for n in range(4))), agency=agency, by=by).problem["code"] == (
        "table_long"
    )


def test_nothing_is_kept_of_an_empty_table_or_one_with_a_name_that_deceives(data_folder: Path) -> None:
    agency, by = somebody()
    for name, content, code in (("a.csv", b"", "empty"), ("a\u202evsc.exe", b"x", "name_direction")):
        with pytest.raises(Rejected) as refusal:
            reading.begin(table=io.BytesIO(content), table_name=name, agency=agency, by=by, at=timezone.now())
        assert refusal.value.code == code
    assert not ImportRun.objects.exists() and not list(data_folder.glob("files/imports/*/*"))


def _locked() -> bytes:
    content = bytearray(zip_of([("a.png", b"x")]))
    for at in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[at] |= 1
    return bytes(content)


def _link() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (zip_of([("../../etc/cron.d/x", b"x")]), "archive_path"),
        (zip_of([("/etc/passwd", b"x")]), "archive_path"),
        (zip_of([("a/../../x", b"x")]), "archive_path"),
        (zip_of([("..\\..\\x", b"x")]), "archive_path"),
        (zip_of([("C:\\x", b"x")]), "archive_path"),
        (zip_of([("a\nb.png", b"x")]), "archive_path"),
        (_link(), "archive_path"),
        (_locked(), "archive_locked"),
        (zip_of([("a.png", bytes(30_000_000))]), "archive_bomb"),
        (zip_of([("a.png", b"x")])[:-30], "archive_damaged"),
        (b"no archive", "archive_damaged"),
    ],
    ids=("up", "root", "up within", "back", "drive", "line", "link", "locked", "bomb", "cut", "other"),
)
def test_a_hostile_zip_is_refused_whole(archive: bytes, code: str, data_folder: Path) -> None:
    agency, by = somebody()
    table = csv_bytes(FILED, ["a:1", "Ảnh", "Tên", "a.png", "", ""])
    run = begun(table, agency=agency, by=by, archive=archive)
    assert (run.state, run.problem["code"]) == ("failed", code)
    assert "%(" not in told(run.problem)
    stored = {path for path in data_folder.rglob("*") if path.is_file() and ".lock" not in path.name}
    assert all("imports" in path.parts for path in stored), "something was written beside"
