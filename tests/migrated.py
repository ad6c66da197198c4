"""A migrated database, made once for all test processes and runs until a migration changes.

Some 350 migrations take 20 s of a processor, a copy of the file a moment. Django still runs ``migrate`` on
the copy, so that a migration without effect on this key is not missed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from cms.settings.environment import BASE_DIR

FOLDER = BASE_DIR / ".cache" / "migrated"
_PREFIX = "kho57_migrated_"
"""What the names of such databases on a server begin with."""
_PACKAGES = ("Django", "wagtail", "django-taggit", "django-axes")
_SOURCES = ("*/migrations/**/*.py", "cms/*/migrations/**/*.py", "*/roles.py", "*/wiring.py")


def prepare() -> None:
    """Have the database to copy: on the server of ``DATABASE_URL``, without one the file of SQLite.

    For who has the time: test processes that find none wait for the one that makes it.
    """
    if os.environ.get("DATABASE_URL"):
        with _on_server() as server:
            _on(server)
    else:
        with _alone("lock"):
            _file()


def copy_to(path: Path) -> None:
    """Put a migrated database at ``path``; make the one to copy if there is none yet."""
    with _alone("lock"):
        shutil.copyfile(_file(), path)


def copy_on_server(name: str) -> None:
    """Make the database ``name`` anew on the PostgreSQL server of ``DATABASE_URL``: a copy of a migrated one."""
    with _on_server() as server:
        model = _on(server)
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(model)))


@contextmanager
def _alone(name: str) -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _on_server() -> Iterator[psycopg.Connection[Any]]:
    with _alone("lock-of-server"), psycopg.connect(_address("postgres"), autocommit=True) as server:
        yield server


def _file() -> Path:
    made = FOLDER / f"{_key()}.sqlite3"
    if not made.exists():
        for old in FOLDER.glob("*.sqlite3"):
            old.unlink()
        _make(made)
    return made


def _on(server: psycopg.Connection[Any]) -> str:
    model = f"{_PREFIX}{_key()}"
    there = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
    if model not in there:
        for old in there:
            if old.startswith(_PREFIX):
                server.execute(SQL("DROP DATABASE {}").format(Identifier(old)))
        _make_on(server, model)
    return model


def _make_on(server: psycopg.Connection[Any], model: str) -> None:
    half = f"{_PREFIX}half"
    server.execute(SQL("CREATE DATABASE {}").format(Identifier(half)))
    _migrate({**os.environ, "DATABASE_URL": _address(half)})
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(half), Identifier(model)))


def _address(name: str) -> str:
    given = urlsplit(os.environ["DATABASE_URL"])
    return given._replace(scheme="postgresql", path=f"/{name}").geturl()


def _key() -> str:
    """Changes with what decides how a migrated database looks."""
    digest = hashlib.sha256(" ".join(version(package) for package in _PACKAGES).encode())
    for source in sorted({path for pattern in _SOURCES for path in BASE_DIR.glob(pattern)}):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        _migrate(environment | {"DATA_DIR": folder})
        Path(folder, "kho57.sqlite3").rename(path)


def _migrate(environment: dict[str, str]) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
    subprocess.run(migrate, cwd=BASE_DIR, env=environment | settings, check=True)
