"""A migrated SQLite database, made once for all test processes and runs until a migration changes.

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
from importlib.metadata import version
from pathlib import Path

from cms.settings.environment import BASE_DIR

FOLDER = BASE_DIR / ".cache" / "migrated"
_PACKAGES = ("Django", "wagtail", "django-taggit", "django-axes")
_SOURCES = ("*/migrations/**/*.py", "cms/*/migrations/**/*.py", "*/roles.py", "*/wiring.py")


def copy_to(path: Path) -> None:
    """Put a migrated database at ``path``; make the one to copy if there is none yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / f"{_key()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            _make(made)
        shutil.copyfile(made, path)


def _key() -> str:
    """Changes with what decides how a migrated database looks."""
    digest = hashlib.sha256(" ".join(version(package) for package in _PACKAGES).encode())
    for source in sorted({path for pattern in _SOURCES for path in BASE_DIR.glob(pattern)}):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=BASE_DIR, env=environment, check=True)
        Path(folder, "kho57.sqlite3").rename(path)
