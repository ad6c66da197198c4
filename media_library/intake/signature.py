"""What a file seems to be by its first bytes: the name plays no part.

It only chooses which opener tries next; an opener that fails decides. Signatures as in the formats' own
specifications and Debian's file(1).
"""

from __future__ import annotations

import re

HEAD = 4096
"""How many bytes :func:`seems` wants to see."""

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MZ", "executable"),
    (b"\x7fELF", "executable"),
    (b"#!", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_CUE = re.compile(rb"(?:^|\n)\d+\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} *--> *\d")
_MARKUP = re.compile(rb"<(svg|!doctype html|html|script|body|head|iframe)[\s>]", re.IGNORECASE)


def seems(head: bytes) -> str:
    """A media type, or one of ``zip archive executable text unknown``, for the first 4 KiB of a file."""
    for start, meaning in _STARTS:
        if head.startswith(start):
            return meaning
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "unknown")
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        plain = "video/mp4" if head[4:8] == b"ftyp" else "video/quicktime"
        return _BRANDS.get(head[8:12], plain) if head[4:8] == b"ftyp" else plain
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return _text(head)


def _text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain.startswith(b"WEBVTT"):
        return "text/vtt"
    if found := _MARKUP.search(plain):
        return "image/svg+xml" if found[1].lower() == b"svg" else "text/html"
    if b"\x00" in plain:
        return "unknown"
    if _CUE.search(plain):
        return "application/x-subrip"
    return "text/plain" if plain else "unknown"
