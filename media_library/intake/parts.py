"""Where the bytes of unfinished uploads lie, part by part: one seam, local files or an object storage.

What a store reports as kept (:class:`Kept`) goes into the upload's row, and the row is what counts: bytes
beyond its offset were never acknowledged, and the next part is written over them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from media_library.files import storage
from media_library.models import Upload

_TOKEN = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Kept:
    """Bytes from the start that outlast the machine's end, and what the store must know of them."""

    offset: int
    parts: dict[str, Any] = field(default_factory=dict)


class Writer(Protocol):
    """Takes the bytes that follow the upload's offset."""

    def write(self, chunk: bytes) -> None: ...

    def settle(self, *, last: bool) -> Kept:
        """Make durable what is cheap to make so; everything, where it is the ``last`` time."""


class PartStore(Protocol):
    """Everything that is done with unfinished bytes. A token has 40 hex digits."""

    def alone(self, token: str) -> AbstractContextManager[bool]:
        """Whether nobody else writes to the upload within the block; never waits, ends with the process."""

    def present(self, upload: Upload) -> Kept:
        """What is really there of what the row says; at most the upload's offset."""

    def writer(self, upload: Upload) -> AbstractContextManager[Writer]: ...

    def whole(self, upload: Upload, *, workspace: Path) -> Path:
        """What is there as a file in ``workspace``, to be read; shorter than the upload if bytes were lost."""

    def store(self, upload: Upload, path: Path) -> str:
        """Move the complete bytes into private storage; returns their name there."""

    def discard(self, token: str) -> None:
        """Remove every byte; what is gone already is no error."""

    def abandoned(self, *, before: datetime) -> Iterator[str]:
        """Tokens whose bytes were last touched before a time."""


def part_store() -> PartStore:
    """The store that goes with the private storage."""
    private = storage.private_storage()
    if isinstance(private, FileSystemStorage):
        return LocalParts(Path(settings.DATA_DIR) / "parts")
    from media_library.intake.parts_remote import RemoteParts

    return RemoteParts(private)


class LocalParts:
    """One file for each upload, on the disk of the library, so that a whole one is moved and not copied.

    Only the account of the site may read it. The lock is on the file itself: the kernel frees it when its
    process ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def alone(self, token: str) -> Iterator[bool]:
        handle = self._open(token)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)

    def present(self, upload: Upload) -> Kept:
        try:
            return Kept(min(upload.offset, self._path(upload.token).stat().st_size))
        except FileNotFoundError:
            return Kept(0)

    @contextlib.contextmanager
    def writer(self, upload: Upload) -> Iterator[Writer]:
        handle = self._open(upload.token)
        try:
            os.ftruncate(handle, upload.offset)
            yield _LocalWriter(handle, upload.offset)
        finally:
            os.close(handle)

    def whole(self, upload: Upload, *, workspace: Path) -> Path:
        """A second name for the same bytes: whatever becomes of the workspace, the part stays."""
        path = workspace / "received"
        try:
            path.hardlink_to(self._path(upload.token))
        except FileNotFoundError:
            path.touch()
        except OSError:  # a file system without second names
            shutil.copyfile(self._path(upload.token), path)
        return path

    def store(self, upload: Upload, path: Path) -> str:
        return storage.store(path, folder=storage.ORIGINALS)

    def discard(self, token: str) -> None:
        self._path(token).unlink(missing_ok=True)

    def abandoned(self, *, before: datetime) -> Iterator[str]:
        for path in self.folder.glob("?" * 40):
            with contextlib.suppress(FileNotFoundError):
                if _TOKEN.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                    yield path.name

    def _path(self, token: str) -> Path:
        return self.folder / token

    def _open(self, token: str) -> int:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(self._path(token), os.O_RDWR | os.O_CREAT, 0o600)


class _LocalWriter:
    def __init__(self, handle: int, offset: int) -> None:
        self._handle = handle
        self._offset = offset

    def write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        while view:
            written = os.pwrite(self._handle, view, self._offset)
            self._offset += written
            view = view[written:]

    def settle(self, *, last: bool) -> Kept:
        os.fdatasync(self._handle)
        return Kept(self._offset)
