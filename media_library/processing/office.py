"""Office documents (DOCX, PPTX, XLSX; ODT, ODP): told apart, refused with macros, as attachments copied without
authors. Runs in the sandbox; needs no Django. The formats are ZIP packages (ECMA-376 part 2; ODF 1.3 part 2).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from media_library.processing.clean_copy import strip_jpeg
from media_library.processing.refusal import Refusal

_BASE = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    "word/document.xml": (f"{_BASE}.wordprocessingml.document", "docx"),
    "ppt/presentation.xml": (f"{_BASE}.presentationml.presentation", "pptx"),
    "xl/workbook.xml": (f"{_BASE}.spreadsheetml.sheet", "xlsx"),
}
OPEN_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
"""By the part ``mimetype``; the type of a template or of another document is none of these."""
MAX_PARTS = 5000
MAX_UNPACKED = 512 << 20
"""Bytes that the parts may come to when unpacked: a bomb claims more, or grows past what it claims."""
_MAX_RATIO = 200
_EMPTY = {
    "docProps/core.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
}


def inspect(path: str) -> dict[str, Any]:
    """Which of the five it is. Raises :class:`Refusal` (``archive locked macro truncated too_much``)."""
    with opened(path) as package:
        return {"media_type": main_part(package)[0]}


def render(source: str, folder: str) -> dict[str, Any]:
    """Write a copy whose properties name nobody."""
    with opened(source) as package:
        media_type, ending = main_part(package)
        name = f"document.{ending}"
        with zipfile.ZipFile(Path(folder) / name, "w", zipfile.ZIP_DEFLATED) as out:
            for part in package.infolist():
                out.writestr(zipfile.ZipInfo(part.filename), _content(package, part), zipfile.ZIP_DEFLATED)
    return {"renditions": [{"name": name, "purpose": "download", "media_type": media_type}]}


def opened(path: str) -> zipfile.ZipFile:
    """The package. Raises :class:`Refusal` where it is none, or claims too much."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refusal("truncated") from error
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > max(50 << 20, _MAX_RATIO * packed):
        raise Refusal("too_much")
    return package


def main_part(package: zipfile.ZipFile) -> tuple[str, str]:
    """Media type and ending. Raises :class:`Refusal` (``archive locked macro``)."""
    names = set(package.namelist())
    if "mimetype" in names:
        return _open_document(package, names)
    found = [about for part, about in MAIN_PARTS.items() if part in names]
    if "[Content_Types].xml" not in names or len(found) != 1:
        raise Refusal("archive")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("macro")
    if b"macroenabled" in _read(package, "[Content_Types].xml").lower():
        raise Refusal("macro")
    return found[0]


def _open_document(package: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    media_type = _read(package, "mimetype").strip()
    if media_type not in OPEN_TYPES or "content.xml" not in names:
        raise Refusal("archive")
    if "META-INF/manifest.xml" in names and b"encryption-data" in _read(package, "META-INF/manifest.xml"):
        raise Refusal("locked")
    if any(name.lower().startswith(("basic/", "scripts/")) for name in names):
        raise Refusal("macro")
    return media_type.decode("ascii"), OPEN_TYPES[media_type]


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    try:
        return package.read(name)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Refusal("damaged") from error


def _content(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.filename in _EMPTY:
        return _EMPTY[part.filename]
    if part.filename.startswith("docProps/thumbnail"):
        return b""
    try:
        content = package.read(part)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise Refusal("damaged") from error
    if part.filename.lower().endswith((".jpg", ".jpeg")):
        try:
            return strip_jpeg(content)
        except Refusal:
            return content
    return content
