"""Copies of pictures at full size and quality without the metadata that tells of people and places.

The coded picture is kept byte for byte (no loss by coding again); of what surrounds it only what is needed
to show it right is kept: colour profile, gamma, transparency, orientation. Everything else goes: EXIF, XMP,
IPTC, comments, thumbnails, maker's notes, further pictures behind the first (ISO/IEC 10918-1 for JPEG, W3C
PNG third edition, RFC 9649 for WebP). Needs no Django.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from media_library.processing.refusal import Refusal

_JPEG_KEPT = {0xC4, 0xDB, 0xDD, 0xDC, 0xCC, 0xE0, 0xEE, *(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC})}
_JPEG_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"),
    *(b"cICP", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_VP8X_ICC, _VP8X_EXIF, _VP8X_XMP = 0x20, 0x08, 0x04


def copy_without_metadata(
    *, source: Path, target: Path, media_type: str, orientation: int = 1, profile: bool = True
) -> None:
    """Write ``source`` without metadata to ``target``; with its colour profile only where ``profile`` says so.

    ``orientation`` (EXIF 1 to 8) is kept for JPEG in an EXIF block that holds nothing else; the other
    formats are copied for orientation 1 only. Raises :class:`Refusal` (``damaged``) for a broken structure.
    """
    content = source.read_bytes()
    try:
        if media_type == "image/jpeg":
            parts = jpeg_parts(content, orientation, profile=profile)
        elif media_type == "image/png":
            parts = png_parts(content, profile=profile)
        else:
            parts = webp_parts(content, profile=profile)
        with target.open("wb") as out:
            out.writelines(parts)
    except (struct.error, IndexError) as error:
        raise Refusal("damaged") from error


def strip_jpeg(content: bytes) -> bytes:
    """A JPEG without metadata, for pictures inside other documents. Raises :class:`Refusal`."""
    try:
        return b"".join(jpeg_parts(content, 1))
    except (struct.error, IndexError) as error:
        raise Refusal("damaged") from error


def jpeg_parts(content: bytes, orientation: int, *, profile: bool = True) -> Iterator[bytes]:
    """The segments that stay, from SOI to EOI; an orientation other than 1 stands in the second."""
    if content[:2] != b"\xff\xd8":
        raise Refusal("damaged")
    yield b"\xff\xd8"
    if orientation != 1:
        yield _orientation_only(orientation)
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if content[at] != 0xFF:
            raise Refusal("damaged")
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == 0xDA:
            end = _end_of_scan(content, end)
            yield content[at:end]
        elif marker in _JPEG_KEPT or (profile and _is_colour_profile(content, at, marker)):
            yield content[at:end]
        at = end


def _is_colour_profile(content: bytes, at: int, marker: int) -> bool:
    return marker == 0xE2 and content[at + 4 : at + 16] == b"ICC_PROFILE\x00"


def _end_of_scan(content: bytes, start: int) -> int:
    """Where the next marker after coded data stands; restart markers and stuffed zeros belong to the data."""
    found = _JPEG_NEXT.search(content, start)
    if found is None:
        raise Refusal("truncated")
    return found.start()


def _orientation_only(orientation: int) -> bytes:
    """An APP1 segment whose EXIF has one entry: the orientation (tag 0x0112, SHORT)."""
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def png_parts(content: bytes, *, profile: bool = True) -> Iterator[bytes]:
    """The signature, then the chunks that stay, IHDR first."""
    if not content.startswith(_PNG_SIGNATURE):
        raise Refusal("damaged")
    yield _PNG_SIGNATURE
    at = len(_PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise Refusal("truncated")
        if kind in _PNG_KEPT and (profile or kind != b"iCCP"):
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def webp_parts(content: bytes, *, profile: bool = True) -> Iterator[bytes]:
    """The header of the container, then the chunks that stay."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Refusal("damaged")
    chunks = list(_webp_chunks(content, profile=profile))
    yield b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WEBP"
    yield from chunks


def _webp_chunks(content: bytes, *, profile: bool) -> Iterator[bytes]:
    at, end = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", content, at)
        following = at + 8 + length + (length & 1)
        if at + 8 + length > len(content):
            raise Refusal("truncated")
        if kind == b"VP8X":
            flags = content[at + 8] & ~(_VP8X_EXIF | _VP8X_XMP | (0 if profile else _VP8X_ICC))
            yield content[at : at + 8] + bytes([flags]) + content[at + 9 : following]
        elif kind in _WEBP_KEPT and (profile or kind != b"ICCP"):
            yield content[at:following].ljust(8 + length + (length & 1), b"\x00")
        at = following
