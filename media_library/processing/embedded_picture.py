"""Readers of what pictures and PDFs say of themselves: EXIF, IPTC, XMP, PNG texts. For the sandbox: no Django.

Sources: Exif 3.0 (CIPA DC-008), IPTC-IIM 4.2, XMP part 1 (ISO 16684-1), IPTC Photo Metadata Standard 2023.1,
ISO 32000-2 (14.3) for PDF. Only the fields named here are looked at; positions, serial numbers and the
history of editing are never read.
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

import pikepdf
from PIL import Image

from media_library.processing.embedded import Values, choose, merged

XMP_LIMIT = 1 << 20
"""Longest XMP packet in bytes that is read."""
_TOO_LARGE_TO_OPEN_TWICE = 64 << 20
_FAULTS = (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error)

_EXIF = {0x010E: "caption", 0x013B: "credit", 0x8298: "rights"}
_EXIF_UTF16 = {0x9C9B: "title", 0x9C9F: "caption", 0x9C9D: "credit", 0x9C9E: "keywords"}
_EXIF_MOMENT, _EXIF_OFFSET, _EXIF_IFD = 0x9003, 0x9011, 0x8769
_IIM = {5: "title", 105: "title", 120: "caption", 80: "credit", 110: "credit", 116: "rights", 25: "keywords"}
_IIM_DATE, _UTF8 = 55, b"\x1b%G"
_PNG = {
    "Title": "title",
    "Description": "caption",
    "Author": "credit",
    "Copyright": "rights",
    "Creation Time": "date",
}
_NAMESPACES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
}
_XMP = {
    "dc:title": "title",
    "photoshop:Headline": "title",
    "dc:description": "caption",
    "photoshop:Credit": "credit",
    "dc:creator": "credit",
    "dc:rights": "rights",
    "xmpRights:UsageTerms": "rights",
    "photoshop:DateCreated": "date",
    "dc:subject": "keywords",
    "Iptc4xmpCore:AltTextAccessibility": "alt",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"


def of_picture(image: Image.Image) -> dict[str, Any]:
    """What the loaded picture ``image`` says of itself; nothing where it is broken."""
    found: list[tuple[str, Values]] = []
    info = image.info
    readers: list[tuple[str, Callable[[], Values]]] = [
        ("XMP", lambda: from_xmp(info.get("xmp") or b"")),
        ("IPTC", lambda: merged(_iim(_iim_block(info)))),
        ("EXIF", lambda: merged(_exif(info.get("exif") or b""))),
        ("PNG", lambda: {field: [str(info[key])] for key, field in _PNG.items() if key in info}),
    ]
    for name, read in readers:
        with contextlib.suppress(*_FAULTS):
            found.append((name, read()))
    return choose(*found)


def of_pdf(document: Any, *, path: str, size: int) -> dict[str, Any]:
    """What the PDF says of itself; ``document`` is pypdfium2's, ``path`` is read once more for its XMP."""
    found: list[tuple[str, Values]] = []
    if size <= _TOO_LARGE_TO_OPEN_TWICE:
        with contextlib.suppress(*_FAULTS, pikepdf.PdfError), pikepdf.open(path) as pdf:
            found.append(("XMP", from_xmp(_metadata_stream(pdf))))
    with contextlib.suppress(*_FAULTS):
        told = document.get_metadata_dict(skip_empty=True)
        names = {"Title": "title", "Subject": "caption", "Author": "credit", "Keywords": "keywords"}
        found.append(("PDF", {field: [told[key]] for key, field in names.items() if key in told}))
        if date := told.get("CreationDate"):
            found.append(("PDF", {"date": [date]}))
    return choose(*found)


def _metadata_stream(pdf: pikepdf.Pdf) -> bytes:
    """The XMP of the document, unpacked no further than the limit."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return b""
    raw = stream.read_raw_bytes()
    if stream.get("/Filter") is None:
        return bytes(raw)
    if stream.get("/Filter") != pikepdf.Name.FlateDecode:
        return b""
    try:
        return zlib.decompressobj().decompress(raw, XMP_LIMIT + 1)
    except zlib.error:
        return b""


def _exif(block: bytes) -> Iterator[tuple[str, str]]:
    exif = Image.Exif()
    exif.load(block)
    for tag, field in _EXIF.items():
        if isinstance(value := exif.get(tag), str):
            yield field, value.replace("\x00", "\n")
    for tag, field in _EXIF_UTF16.items():
        if isinstance(value := exif.get(tag), bytes | tuple):
            yield field, bytes(value).decode("utf-16-le", "ignore").strip("\x00")
    details = exif.get_ifd(_EXIF_IFD)
    if isinstance(moment := details.get(_EXIF_MOMENT), str):
        offset = details.get(_EXIF_OFFSET)
        yield "date", moment.strip("\x00 ") + (offset.strip("\x00 ") if isinstance(offset, str) else "")


def _iim_block(info: dict[Any, Any]) -> bytes:
    """The record 0x0404 of Photoshop's resources, which Pillow cuts up for us."""
    resources = info.get("photoshop")
    block = resources.get(0x0404) if isinstance(resources, dict) else None
    return block if isinstance(block, bytes) else b""


def _iim(block: bytes) -> Iterator[tuple[str, str]]:
    """Datasets ``1C record dataset length value`` (IIM 4.2, 1.5); extended lengths are not used by texts."""
    coding, at = "", 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        record, dataset, length = struct.unpack_from(">BBH", block, at + 1)
        if length & 0x8000:
            return
        value = block[at + 5 : at + 5 + length]
        at += 5 + length
        if (record, dataset) == (1, 90):
            coding = "utf-8" if value == _UTF8 else ""
        elif record == 2 and dataset in _IIM:
            yield _IIM[dataset], _decoded(value, coding)
        elif (record, dataset) == (2, _IIM_DATE):
            yield "date", _decoded(value, coding)


def _decoded(value: bytes, coding: str) -> str:
    """UTF-8 where it is said or fits, else Windows-1252, which most programs meant."""
    try:
        return value.decode(coding or "utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


class _Entity(ValueError):
    """An XMP packet declares entities, which no honest one does."""


class _Reader:
    """Collects the wanted properties that stand directly in ``rdf:Description``; whatever is nested is not
    looked at (ingredients, history, other pictures).
    """

    def __init__(self) -> None:
        self.path: list[str] = []
        self.text: list[str] = []
        self.language = ""
        self.found: dict[str, list[tuple[str, str]]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.text = []
        self.language = attributes.get(_LANGUAGE, "")
        if self.path[-2:] == [f"{_RDF}RDF", f"{_RDF}Description"]:
            for key, value in attributes.items():
                self._add(key, value)

    def end(self, _name: str) -> None:
        at = self.path
        if f"{_RDF}Description" in at:
            depth = at.index(f"{_RDF}Description") + 1
            below = at[depth:]
            is_list = len(below) == 3 and below[2] == f"{_RDF}li"
            if len(below) == 1 or is_list:
                self._add(below[0], "".join(self.text))
        at.pop()
        self.text = []

    def characters(self, text: str) -> None:
        self.text.append(text)

    def _add(self, name: str, value: str) -> None:
        space, _blank, local = name.rpartition(" ")
        known = f"{_NAMESPACES.get(space, '')}:{local}"
        if known in _XMP and value.strip():
            self.found.setdefault(known, []).append((self.language, value))


def from_xmp(packet: bytes | str) -> Values:
    """The wanted fields of an XMP packet. Raises :class:`ValueError` for entities; a broken end is no fault.

    Of several languages Vietnamese is taken, then the default.
    """
    content = packet.encode() if isinstance(packet, str) else packet
    if not content or len(content) > XMP_LIMIT:
        return {}
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    parser.EntityDeclHandler = _refuse_entity
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(content.strip(b"\x00 \r\n\t"), True)
    fields: dict[str, list[str]] = {}
    for known, field in _XMP.items():
        values = reader.found.get(known, [])
        if known not in ("dc:creator", "dc:subject"):
            values = sorted(values, key=lambda one: _preference(one[0]))[:1]
        if values and field not in fields:
            fields[field] = [value for _language, value in values]
    return fields


def _preference(language: str) -> int:
    return 0 if language.lower().startswith("vi") else 1 if language in ("", "x-default") else 2


def _refuse_entity(*_told: Any) -> None:
    raise _Entity
