"""The data of a run: texts, tables and the demonstration, each only as far as it is missing.

Runs inside ``.venv``. Everything is done in this one process: a second start has nothing to do and must
serve within 10 s.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import problem
from tools.places import data_dir


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the data folder. Raises Problem when another run has it."""
    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise problem.Problem(
                f"Kho 57 is already running with the data in {folder}. End it first (Ctrl-C in its "
                "terminal), or choose another folder: make run DATA_DIR=other",
                f"Kho 57 đang chạy với dữ liệu trong {folder}. Bạn hãy dừng phiên đó trước (Ctrl-C trong "
                "cửa sổ của nó), hoặc chọn thư mục khác: make run DATA_DIR=khac",
            ) from None
        yield


def prepare() -> None:
    """Texts, tables, demonstration. Raises Problem."""
    from tools import translations

    translations.build()
    with _explained():
        _set_up()
        from django.core.management import call_command

        _refuse_unreachable_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("demo")
        # Where an index is new (another server, another form), it is made before anybody searches.
        call_command("search_rebuild", if_missing=True)


def write_accounts(path: Path) -> None:
    """The demonstration's password, then a line for each of its accounts, for the supervisor to print."""
    from cms.demonstration import accounts

    people = [
        f"    {account.username:<16}{account.label}{f' · {account.agency}' if account.agency else ''}"
        for account in accounts.ACCOUNTS
    ]
    path.write_text("\n".join([accounts.PASSWORD, *people]), encoding="utf-8")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
    import django

    django.setup()
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


def _refuse_unreachable_database() -> None:
    from django.db import connection

    connection.ensure_connection()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what operators can mend into a Problem: settings, the database's address, a full disk."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db.utils import DatabaseError, OperationalError

    try:
        yield
    except ImproperlyConfigured as error:
        raise problem.Problem(
            "A setting is wrong (the environment or the file .env); correct it and run the command again:",
            "Một thiết lập chưa đúng (biến môi trường hoặc tệp .env); bạn hãy sửa rồi chạy lại lệnh:",
            str(error),
        ) from error
    except OperationalError as error:
        raise _of_database(error) from error
    except DatabaseError as error:
        if _is_full(error):
            raise problem.disk_full(data_dir()) from error
        raise
    except CommandError as error:
        raise problem.Problem(
            "The data could not be prepared; what is done is kept. Mend this and run the command again:",
            "Chưa chuẩn bị được dữ liệu; phần đã xong được giữ nguyên. Bạn hãy khắc phục rồi chạy lại lệnh:",
            str(error),
        ) from error


def _is_full(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL


def _of_database(error: Exception) -> problem.Problem:
    if _is_full(error.__cause__):
        return problem.disk_full(data_dir())
    if os.environ.get("DATABASE_URL", "").strip():
        return problem.Problem(
            "The database of DATABASE_URL does not answer or refuses us. Check host, port, name, user and "
            "password (postgres://user:password@host:5432/name) and that PostgreSQL runs; without "
            "DATABASE_URL a SQLite file serves.",
            "Cơ sở dữ liệu trong DATABASE_URL không trả lời hoặc từ chối kết nối. Bạn hãy kiểm tra máy chủ, "
            "cổng, tên, người dùng, mật khẩu (postgres://user:password@host:5432/name) và PostgreSQL đang "
            "chạy; nếu bỏ DATABASE_URL, hệ thống dùng tệp SQLite.",
            str(error),
        )
    return problem.Problem(
        f"The database file in {data_dir()} cannot be used. Check that the folder may be written to; "
        "make demo-reset begins anew.",
        f"Không dùng được tệp cơ sở dữ liệu trong {data_dir()}. Bạn hãy kiểm tra quyền ghi vào thư mục; "
        "make demo-reset sẽ làm lại từ đầu.",
        str(error),
    )


def empty() -> None:
    """Delete all tables' content and all files of the run; its secret stays. Raises Problem."""
    with _explained():
        _set_up()
        from django.conf import settings
        from django.db import connection

        if not getattr(settings, "DEMONSTRATION", False):
            raise problem.Problem(
                "Only a demonstration is thrown away by this command: DEMONSTRATION is off here.",
                "Lệnh này chỉ dành cho kho minh họa: DEMONSTRATION đang tắt.",
            )
        _refuse_unreachable_database()
        if connection.vendor == "postgresql":
            _empty_postgresql()
        connection.close()
    _empty_folder(data_dir())


def _empty_folder(folder: Path) -> None:
    """Remove files and database below ``folder``; the folders themselves stay, settings count on them."""
    for path in folder.rglob("*"):
        if not path.is_dir() and path.name not in ("run.lock", "secret-key"):
            path.unlink()


def _empty_postgresql() -> None:
    """Drop what this user owns in the schema; the database itself and its extensions stay."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if tables:
            quoted = ", ".join(connection.ops.quote_name(table) for table in tables)
            cursor.execute(f"DROP TABLE {quoted} CASCADE")


def main() -> int:
    prepare()
    write_accounts(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    problem.run(main)
