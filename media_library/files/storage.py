"""The private storage: every byte that was uploaded or derived lies here under a random name."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

ORIGINALS = "originals"
RENDITIONS = "renditions"
FOLDERS = (ORIGINALS, RENDITIONS)
CHUNK = 256 * 1024


def private_storage() -> Storage:
    """The storage with the alias ``private``: local files by default, S3 by settings."""
    return storages["private"]


def work_folder() -> Path:
    """Where workspaces are made; on the same disk as local storage, so that a file moves without a copy."""
    return Path(settings.DATA_DIR) / "work"


def new_name(folder: str) -> str:
    """A storage name that tells nothing and is never used again: 128 random bits."""
    token = secrets.token_hex(16)
    return f"{folder}/{token[:2]}/{token[2:]}"


@dataclass(frozen=True)
class Fingerprint:
    """What identifies bytes: length, SHA-256 as hex, CRC-32 as an unsigned number (for ZIP files)."""

    size: int
    sha256: str
    crc32: int


def fingerprint(path: Path) -> Fingerprint:
    """Read ``path`` once, in chunks."""
    digest, crc, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
    return Fingerprint(size=size, sha256=digest.hexdigest(), crc32=crc)


class _Movable(File):  # type: ignore[type-arg]
    """A finished local file; file system storage moves it instead of copying (Django's own protocol)."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def store(path: Path, *, folder: str) -> str:
    """Move the finished file ``path`` into private storage; returns its name there.

    The storage sees whole files only: a rename on a local disk, an upload that ends or does not on S3.
    """
    with _Movable(path) as file:
        return private_storage().save(new_name(folder), file)


@contextlib.contextmanager
def local_copy(name: str, *, workspace: Path) -> Iterator[Path]:
    """A path to read the stored file at: the file itself where it is local, else a copy in ``workspace``."""
    storage = private_storage()
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(name))
        return
    path = workspace / secrets.token_hex(8)
    with storage.open(name) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def open_range(name: str, *, start: int = 0, length: int) -> Iterator[bytes]:
    """``length`` bytes of a stored file from ``start`` on, in chunks. Opens before the first chunk is asked.

    Raises :class:`FileNotFoundError`.
    """
    storage = private_storage()
    if isinstance(storage, FileSystemStorage):
        return _LocalRange(Path(storage.path(name)), start=start, length=length)
    return _object_range(storage, name, start=start, length=length)


class _LocalRange(Iterator[bytes]):
    """A part of an open file; closed at its end, by ``close``, or when it is let go (a client hangs up)."""

    def __init__(self, path: Path, *, start: int, length: int) -> None:
        self._file = path.open("rb")
        self._file.seek(start)
        self._left = length

    def __next__(self) -> bytes:
        chunk = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._left = 0
        self._file.close()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self.close()


def _object_range(storage: Any, name: str, *, start: int, length: int) -> Iterator[bytes]:
    """A range of an object on S3 (django-storages would fetch the whole first)."""
    key = storage._normalize_name(name)
    try:
        answer = storage.bucket.Object(key).get(Range=f"bytes={start}-{start + length - 1}")
    except storage.connection.meta.client.exceptions.NoSuchKey as error:
        raise FileNotFoundError(name) from error
    chunks: Iterator[bytes] = answer["Body"].iter_chunks(CHUNK)
    return chunks


def remove(name: str) -> None:
    """Remove a stored file; one that is gone already is no error."""
    with contextlib.suppress(FileNotFoundError):
        private_storage().delete(name)
