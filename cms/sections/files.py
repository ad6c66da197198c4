"""Where rendered forms lie: the storage ``feeds``, whose names are the public addresses.

On a local disk a file is written beside its name and comes there in one step (:mod:`cms.sections.swapping`), so a
reader and a killed writer leave whole files only; on S3 a put is whole or not at all (the storage must be set to
overwrite). The disk is not waited for: what it loses with the current is found when a worker starts
(:mod:`cms.sections.lost`).
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from cms.sections import swapping

TWINS = {"gzip": ".gz", "br": ".br"}
BROTLI_QUALITY = 5
"""At 11 a page takes forty times as long for ten per cent less; see docs/decisions/0062."""
_packer = ThreadPoolExecutor(1, thread_name_prefix="feeds")
"""Packs and writes to a local disk, which nobody waits for: more threads would take turns from what renders."""
_senders = ThreadPoolExecutor(8, thread_name_prefix="feeds-bucket")
"""Pack and write to a bucket, of whose answers many can be waited for at once."""


def feeds_storage() -> Storage:
    """The storage with the alias ``feeds``."""
    return storages["feeds"]


def local_path(name: str) -> Path | None:
    """The file behind ``name`` where the storage is a local disk, else None."""
    storage = feeds_storage()
    return Path(storage.path(name)) if isinstance(storage, FileSystemStorage) else None


def write(name: str, content: bytes) -> None:
    """Put ``content`` at ``name``, whole or not at all, over what was there."""
    path = local_path(name)
    if path is None:
        stored = feeds_storage()
        if stored.save(name, ContentFile(content)) != name:
            raise ImproperlyConfigured("The storage 'feeds' must overwrite (S3: file_overwrite = True).")
        return
    try:
        swapping.put(str(path), content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        swapping.put(str(path), content)


def read(name: str) -> bytes | None:
    """The bytes at ``name``, None where there is nothing."""
    path = local_path(name)
    try:
        if path is not None:
            return path.read_bytes()
        with feeds_storage().open(name) as file:
            content: bytes = file.read()
            return content
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def begin(contents: Mapping[str, bytes]) -> list[Future[None]]:
    """Begin to put each content at its name, with its twins, beside the caller's work; what is returned ends."""
    writers = _packer if local_root() is not None else _senders
    return [writers.submit(write_with_twins, name, content) for name, content in contents.items()]


def blank(names: Iterable[str]) -> None:
    """Leave nothing on the disk of what was at ``names`` and their twins before."""
    for name in names:
        path = local_path(name)
        if path is None:
            return
        for ending in ("", *TWINS.values()):
            swapping.blank(f"{path}{ending}")


def write_with_twins(name: str, content: bytes) -> None:
    """Put ``content`` and its compressed twins (``.gz``, ``.br``) beside it."""
    write(name, content)
    write(name + TWINS["gzip"], gzip.compress(content, compresslevel=9, mtime=0))
    write(name + TWINS["br"], brotli.compress(content, quality=BROTLI_QUALITY))


def remove(name: str) -> None:
    """Remove ``name`` and its twins; nothing happens where there is nothing."""
    for each in (name, *(name + ending for ending in TWINS.values())):
        _delete(each)


def _delete(name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        feeds_storage().delete(name)
    path = local_path(name)
    if path is not None:
        swapping.forget(str(path))


@dataclass
class Manifest:
    """What the files of one section hold: name to sha256 and time of change, and where it may be framed.

    It is also the journal: an entry is dropped before its file is touched and set after, so a file without
    an entry is written again whatever it holds.
    """

    files: dict[str, dict[str, str]] = field(default_factory=dict)
    frame_ancestors: str = "*"

    @classmethod
    def load(cls, address: str) -> Manifest:
        """The manifest at ``address``; an empty one where there is none or it cannot be read."""
        try:
            return cls(**json.loads(read(manifest_name(address)) or b"{}"))
        except (ValueError, TypeError):
            return cls()

    def digest(self, name: str) -> str:
        """sha256 of the content at ``name`` as hex; empty where it is not certain."""
        return self.files.get(name, {}).get("sha256", "")

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.files.pop(name, None)

    def save(self, address: str) -> None:
        write(manifest_name(address), json.dumps(vars(self), separators=(",", ":")).encode())


def manifest_name(address: str) -> str:
    return f"manifests/{address}.json"


def remove_manifest(address: str) -> None:
    _delete(manifest_name(address))


def signature(name: str) -> tuple[int, int, int] | None:
    """What changes when the file at ``name`` does, by one stat; None where there is no local file.

    ``name`` must be made of checked parts: for speed it is joined to the folder as it stands.
    """
    root = local_root()
    if root is None:
        return None
    try:
        found = os.stat(f"{root}/{name}")  # noqa: PTH116  a Path costs more than the call itself
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def local_root() -> str | None:
    """The folder of the storage where it is a local disk, else None."""
    storage = feeds_storage()
    return str(storage.location) if isinstance(storage, FileSystemStorage) else None
