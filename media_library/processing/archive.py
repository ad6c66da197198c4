"""The ZIP with the files of an import: listed and taken out one by one. Runs in the sandbox; needs no Django.

Nothing is ever written under a name that stands in the archive. Formats: PKWARE's APPNOTE 6.3.10.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

from media_library.processing.refusal import Refusal

MAX_MEMBERS = 20_000
MAX_RATIO = 200
"""How much larger a file may become when it is taken out; film and pictures hardly shrink in a ZIP."""
SMALL = 1 << 20
"""Bytes up to which a ratio says nothing: a page of blanks packs well."""
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_END = b"PK\x05\x06"
_CHUNK = 1 << 18


def members(path: str, limit: int) -> list[dict[str, Any]]:
    """What lies in the archive at ``path``: ``index``, ``name`` (NFC), ``size``, ``crc`` of each file.

    ``limit``: bytes of all files together. Raises :class:`Refusal` for the whole archive where one member leads
    out of it, is a link, is locked, or is a bomb.
    """
    with _opened(path) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_MEMBERS:
            raise Refusal("archive_many", limit=MAX_MEMBERS)
        found: list[dict[str, Any]] = []
        for index, part in enumerate(parts):
            name = _name(part)
            _check(part, name)
            if not part.is_dir() and not _junk(name):
                found.append({"index": index, "name": name, "size": part.file_size, "crc": part.CRC})
        if sum(entry["size"] for entry in found) > limit:
            raise Refusal("archive_large")
    return found


def extract(path: str, index: int, target: str, limit: int) -> dict[str, Any]:
    """Write the member with this ``index`` to ``target``; counted, whatever the archive claims."""
    with _opened(path) as archive:
        part, size = archive.infolist()[index], 0
        try:
            with archive.open(part) as source, Path(target).open("wb") as out:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if size > limit or size > part.file_size:
                        raise Refusal("archive_large")
                    out.write(chunk)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
            raise Refusal("archive_damaged") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise Refusal("archive_damaged") from error
    return {"size": size}


def _opened(path: str) -> zipfile.ZipFile:
    """Counts the members before Python makes an object of each."""
    with Path(path).open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 66_000))
        tail = file.read()
    end = tail.rfind(_END)
    claimed = int.from_bytes(tail[end + 10 : end + 12], "little") if end >= 0 else 0
    if claimed > MAX_MEMBERS and claimed != 0xFFFF:
        raise Refusal("archive_many", limit=MAX_MEMBERS)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal("archive_damaged") from error


def _name(part: zipfile.ZipInfo) -> str:
    """The name in NFC. macOS writes UTF-8 without saying so (bit 11)."""
    name = part.filename
    if not part.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            name = part.filename
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _junk(name: str) -> bool:
    return name.startswith(_JUNK[0]) or name.rpartition("/")[2] in _JUNK or "/__MACOSX/" in name


def _check(part: zipfile.ZipInfo, name: str) -> None:
    steps = name.rstrip("/").split("/")
    if name.startswith("/") or ":" in steps[0] or any(step in ("", ".", "..") for step in steps):
        raise Refusal("archive_path", name=name[:100])
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in name):
        raise Refusal("archive_path", name=ascii(name)[:100])
    if stat.S_ISLNK(part.external_attr >> 16):
        raise Refusal("archive_path", name=name[:100])
    if part.flag_bits & 0x1:
        raise Refusal("archive_locked")
    if part.file_size > SMALL and part.file_size > MAX_RATIO * max(1, part.compress_size):
        raise Refusal("archive_bomb", name=name[:100])
