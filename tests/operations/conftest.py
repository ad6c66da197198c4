"""A stranger's process: Python with an environment of its own, as an operator would start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cms.settings.environment import BASE_DIR, VARIABLES

SAFE = {
    "SECRET_KEY": "kR8vX2mQ9zT4bW7nL5cJ3hG6fD1sA0pY" * 2,
    "ALLOWED_HOSTS": "kho57.example.vn",
    "PUBLIC_BASE_URL": "https://kho57.example.vn",
    "DATABASE_URL": "postgres://kho57:very-secret@127.0.0.1:5432/kho57",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}
Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Run Python in the project with exactly the variables given, of those that the site knows."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        known = {variable.name for variable in VARIABLES} | {"DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in known}
        environment |= {"DATA_DIR": str(tmp_path / "data"), **variables}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
