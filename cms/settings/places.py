"""Where a run keeps its bytes: folders under DATA_DIR by default, a bucket where S3_BUCKET is set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cms.settings import environment

_FOLDERS = ("media", "files", "feeds", "work", "uploads", "static")


def data_folder(path: Path) -> Path:
    """``path`` with the folders that the site and the worker expect to find in it."""
    for name in _FOLDERS:
        (path / name).mkdir(parents=True, exist_ok=True)
    return path


def storages(data_dir: Path, *, static: str) -> dict[str, dict[str, Any]]:
    """Django's STORAGES.

    ``default`` is Wagtail's own; ``private`` holds originals and renditions under random names and never
    overwrites; ``feeds`` holds rendered sections and replaces them; ``static`` is the class for style
    sheets and scripts.
    """
    remote = environment.given("S3_BUCKET")
    return {
        "default": _bucket("media") if remote else _folder(data_dir / "media"),
        "private": _bucket("files") if remote else _folder(data_dir / "files"),
        "feeds": _bucket("feeds", replaces=True) if remote else _folder(data_dir / "feeds", replaces=True),
        "staticfiles": {"BACKEND": static},
    }


def _folder(path: Path, *, replaces: bool = False) -> dict[str, Any]:
    options = {"location": str(path), "allow_overwrite": replaces}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def _bucket(folder: str, *, replaces: bool = False) -> dict[str, Any]:
    chosen = {
        "endpoint_url": environment.text("S3_ENDPOINT_URL"),
        "region_name": environment.text("S3_REGION"),
        "access_key": environment.text("S3_ACCESS_KEY_ID"),
        "secret_key": environment.text("S3_SECRET_ACCESS_KEY"),
    }
    options: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    options |= {
        "bucket_name": environment.text("S3_BUCKET"),
        "location": folder,
        "file_overwrite": replaces,
        "default_acl": None,  # the bucket's own rule decides; nothing is opened object by object
        "querystring_auth": True,
        "signature_version": "s3v4",
        "addressing_style": "path",
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
