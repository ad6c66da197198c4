from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


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
