"""Playlists of HLS (RFC 8216, version 7) over rungs that are one file each. Runs in the sandbox."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

MEDIA_TYPE = "application/vnd.apple.mpegurl"
MASTER = "stream.m3u8"
_SEGMENT = re.compile(r"#EXTINF:([\d.]+),[^\n]*\n#EXT-X-BYTERANGE:(\d+)@\d+")


@dataclass(frozen=True)
class Variant:
    """A rung as the first playlist tells of it; rates in bits a second (RFC 8216, section 4.3.4.2)."""

    name: str
    width: int
    height: int
    rate: float
    codecs: str
    peak: int
    average: int


def write(names: list[str], *, folder: Path) -> list[dict[str, Any]]:
    """Finish the playlists that ffmpeg wrote for the rungs ``names``, write the one of them all.

    Returns renditions: rungs and their playlists are parts, the first playlist is what a player is given.
    """
    made, lines = [], ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name in names:
        variant = _variant(name, folder=folder)
        size = {"width": variant.width, "height": variant.height}
        rung, listed = folder / f"{name}.mp4", folder / f"{name}.m3u8"
        text = listed.read_text("utf-8").replace(rung.name, address_of(rung))
        listed.write_text(text, encoding="utf-8", newline="\n")
        made.append({"name": rung.name, "purpose": "part", "media_type": "video/mp4", **size})
        made.append({"name": listed.name, "purpose": "part", "media_type": MEDIA_TYPE})
        lines += [_told(variant), address_of(listed)]
    (folder / MASTER).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return [*made, {"name": MASTER, "purpose": "stream", "media_type": MEDIA_TYPE}]


def address_of(path: Path) -> str:
    """The last part of the public address of the file ``path`` as it stands: name and hash of its content."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    return f"{path.stem}-{digest}{path.suffix}"


def _told(variant: Variant) -> str:
    return (
        f"#EXT-X-STREAM-INF:BANDWIDTH={variant.peak},AVERAGE-BANDWIDTH={variant.average}"
        f",RESOLUTION={variant.width}x{variant.height},FRAME-RATE={variant.rate:.3f}"
        f',CODECS="{variant.codecs}"'
    )


def _variant(name: str, *, folder: Path) -> Variant:
    parts = [
        (float(length), int(size))
        for length, size in _SEGMENT.findall((folder / f"{name}.m3u8").read_text("utf-8"))
    ]
    seconds, size = sum(length for length, _size in parts), sum(size for _length, size in parts)
    with av.open(str(folder / f"{name}.mp4"), format="mov", options={"protocol_whitelist": "file"}) as film:
        picture = film.streams.video[0]
        header = picture.codec_context.extradata or b"\x01\x64\x00\x1f"
        codecs = f"avc1.{header[1:4].hex()}" + (",mp4a.40.2" if film.streams.audio else "")
        return Variant(
            name=name,
            width=picture.width,
            height=picture.height,
            rate=float(picture.average_rate or 0),
            codecs=codecs,
            peak=max((round(8 * size / length) for length, size in parts if length), default=1),
            average=round(8 * size / seconds) if seconds else 1,
        )
