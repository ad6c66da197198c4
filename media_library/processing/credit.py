"""Credit, licence and address are written into public copies; the picture, film or words stay as coded.

Whatever stood in the places of metadata before is replaced, so the same copy may be credited again and again.
For the sandbox: no Django.
"""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

import pikepdf
from PIL import Image

from media_library.processing import container as media
from media_library.processing import credit_packet as packet
from media_library.processing.clean_copy import jpeg_parts, png_parts, webp_parts
from media_library.processing.credit_packet import Credit
from media_library.processing.picture import orientation_of
from media_library.processing.refusal import Refusal

_VP8X_XMP, _VP8X_ALPHA = 0x04, 0x10
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\x00"
_CHUNK = 1 << 20


def write(copies: list[dict[str, str]], credit: dict[str, Any]) -> list[bool]:
    """Write each of ``copies`` (source, target, media_type) anew with ``credit``.

    Returns for each whether its target was made; one whose own form stands against it is left as it was,
    for it is better without credit than not there.
    """
    told = Credit(**credit)
    return [_written(told, **copy) for copy in copies]


def _written(credit: Credit, *, source: str, target: str, media_type: str) -> bool:
    writer = WRITERS.get(media_type)
    if writer is None:
        return False
    try:
        writer(Path(source), Path(target), credit)
    except MemoryError:
        raise
    except (Refusal, OSError, ValueError, IndexError, struct.error, pikepdf.PdfError, TimeoutExpired):
        Path(target).unlink(missing_ok=True)
        return False
    return True


def _jpeg(source: Path, target: Path, credit: Credit) -> None:
    with Image.open(source, formats=["JPEG"]) as image:
        parts = list(jpeg_parts(source.read_bytes(), orientation_of(image)))
    first = 1
    while parts[first][1] in (0xE0, 0xE1):  # JFIF, and the EXIF block of the orientation
        first += 1
    segments = (
        _segment(0xE1, _XMP_IN_JPEG + packet.xmp(credit)),
        _segment(0xED, b"Photoshop 3.0\x00" + packet.iim(credit)),
    )
    _lay(target, [*parts[:first], *segments, *parts[first:]])


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _png(source: Path, target: Path, credit: Credit) -> None:
    signature, header, *rest = png_parts(source.read_bytes())
    body = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + packet.xmp(credit)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    _lay(target, [signature, header, chunk, *rest])


def _webp(source: Path, target: Path, credit: Credit) -> None:
    _header, *chunks = webp_parts(source.read_bytes())
    if chunks[0][:4] == b"VP8X":
        chunks[0] = chunks[0][:8] + bytes([chunks[0][8] | _VP8X_XMP]) + chunks[0][9:]
    else:
        chunks.insert(0, _extended(source))
    body = packet.xmp(credit)
    chunks.append(b"XMP " + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) & 1))
    header = b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WEBP"
    _lay(target, [header, *chunks])


def _extended(source: Path) -> bytes:
    """The VP8X chunk that a simple WebP lacks (RFC 9649, 2.7)."""
    with Image.open(source, formats=["WEBP"]) as image:
        flags = _VP8X_XMP | (_VP8X_ALPHA if image.mode == "RGBA" else 0)
        across, down = image.width - 1, image.height - 1
    return (
        b"VP8X" + struct.pack("<IB3x", 10, flags) + across.to_bytes(3, "little") + down.to_bytes(3, "little")
    )


def _avif(source: Path, target: Path, credit: Credit) -> None:
    """In the room that was kept free when it was coded: its boxes name places in the file."""
    content = source.read_bytes()
    start = content.index(packet.PACKET_BEGIN)
    end = content.index(packet.PACKET_END, start) + len(packet.PACKET_END)
    _lay(target, [content[:start], packet.xmp_of_length(credit, end - start), content[end:]])


def _lay(target: Path, parts: list[bytes]) -> None:
    with target.open("wb") as out:
        out.writelines(parts)


def _pdf(source: Path, target: Path, credit: Credit) -> None:
    with pikepdf.open(source) as pdf:
        pdf.docinfo["/Author"] = credit.line
        pdf.docinfo["/Subject"] = f"{credit.terms} · {credit.address}"
        stream = pikepdf.Stream(pdf, packet.xmp(credit))
        stream["/Type"], stream["/Subtype"] = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root["/Metadata"] = pdf.make_indirect(stream)
        pdf.save(
            target,
            linearize=True,
            compress_streams=False,  # of the packet alone: streams that are packed stay as they are
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )


def _mp3(source: Path, target: Path, credit: Credit) -> None:
    with source.open("rb") as sound, target.open("wb") as out:
        sound.seek(packet.without_id3(sound.read(10)))
        out.write(packet.id3(credit))
        shutil.copyfileobj(sound, out, _CHUNK)


def _streams(media_type: str) -> Callable[[Path, Path, Credit], None]:
    """Sound or film whose streams are copied into a new container by FFmpeg."""

    def write_tags(source: Path, target: Path, credit: Credit) -> None:
        container = {"video/webm": "webm", "audio/ogg": "ogg"}.get(media_type, "mp4")
        tags = {
            "artist": credit.line,
            "copyright": credit.notice,
            "comment": f"{credit.licence_url} {credit.address}".strip(),
        }
        options = ["-map", "0", "-c", "copy", "-f", container]
        options += ["-movflags", "+faststart"] if container == "mp4" else []
        for name, value in tags.items():
            options += ["-metadata", f"{name}={value}"]
        seconds = 60 + source.stat().st_size / (10 << 20)
        media.convert(source=source, media_type=media_type, target=target, options=options, seconds=seconds)

    return write_tags


WRITERS: dict[str, Callable[[Path, Path, Credit], None]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/avif": _avif,
    "application/pdf": _pdf,
    "audio/mpeg": _mp3,
    "audio/mp4": _streams("audio/mp4"),
    "audio/ogg": _streams("audio/ogg"),
    "video/mp4": _streams("video/mp4"),
    "video/webm": _streams("video/webm"),
}
"""Who writes into which type, all of ``CARRYING``; captions and office files carry nothing."""
