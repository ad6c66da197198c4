"""Media for tests: the demonstration's own files, and made ones, hostile ones among them."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

DEMO = Path(__file__).parents[2] / "demo"
PINE = DEMO / "photos" / "anh-cay-thong-mua-thu.jpg"
"""Carries a made-up GPS position, person, serial number and address."""
PANDA = DEMO / "photos" / "anh-gau-truc-do.jpg"
FILM = DEMO / "videos" / "vd-du-lieu-mo-30-giay.mp4"
UPRIGHT_FILM = DEMO / "videos" / "vd-goi-lai-so-chinh-thuc.mp4"
SOUND = DEMO / "podcasts" / "pc-nha-khoa-hoc-ke-chuyen.mp3"
WORDS = DEMO / "podcasts" / "pc-nha-khoa-hoc-ke-chuyen.vi.vtt"
SLIDES = DEMO / "documents" / "dc-slide-nghi-quyet-57.pdf"


def picture(
    width: int = 400, height: int = 300, *, format: str = "JPEG", mode: str = "RGB", **options: object
) -> bytes:
    """A gradient, so that no two places look the same."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB").convert(mode)
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def png_bomb(side: int) -> bytes:
    """A square one-colour PNG of ``side`` pixels: a few kilobytes that unfold to gigabytes."""
    row = b"\x00" + b"\x00" * side
    squeeze = zlib.compressobj(9)
    body = b"".join(squeeze.compress(row) for _row in range(side)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    )


def png_of_sixteen_bits(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour with 16 bits for each channel, which Pillow reads and does not write."""
    row = b"\x00" + struct.pack(">HHH", *colour) * width
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * height)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in (files or {"bai_viet": b"xin chao"}).items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def office(main: str = "word/document.xml", **more: bytes) -> bytes:
    """A minimal Office package that names its author."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(main, "<document>Nội dung</document>")
        package.writestr("docProps/core.xml", "<cp:coreProperties>Nguyễn Văn Bí Mật</cp:coreProperties>")
        for name, content in more.items():
            package.writestr(name, content)
    return out.getvalue()


def made_with_ffmpeg(target: Path, *options: str) -> Path:
    """A small real file; ``options`` are ffmpeg's, from the inputs on."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *options, str(target)]
    subprocess.run(command, check=True, timeout=60)
    return target


def colour_bars(target: Path, *options: str, seconds: int = 3, size: str = "320x180") -> Path:
    """A film of moving colour bars with a tone."""
    picture_input = ("-f", "lavfi", "-i", f"testsrc=duration={seconds}:size={size}:rate=10")
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}")
    return made_with_ffmpeg(target, *picture_input, *tone, "-pix_fmt", "yuv420p", *options)
