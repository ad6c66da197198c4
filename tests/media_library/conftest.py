from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.media_library.killing import ROOT


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own: private storage and workspaces lie in it."""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    return tmp_path


def stored_names(folder: Path) -> set[str]:
    """Names of all files in private storage."""
    files = folder / "files"
    return {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}


@pytest.fixture
def environment(data_folder: Path) -> dict[str, str]:
    known = connection.settings_dict
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    told = {"data_folder": str(data_folder), "database": {name: known[name] for name in names}}
    told["database"]["NAME"] = str(known["NAME"])
    return os.environ | {
        "WORKER_TEST": json.dumps(told),
        "DJANGO_SETTINGS_MODULE": "tests.media_library.worker_settings",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def nursery(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.media_library.worker_nursery"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin
        process.stdin.close()
