from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, PngImagePlugin

from media_library.processing.clean_copy import copy_without_metadata
from media_library.processing.refusal import Refusal
from tests.media_library import specimens

SECRET = b"bi mat 0905"


def with_everything(format: str) -> bytes:
    """A picture with EXIF, XMP, comments and a second picture behind it."""
    image = Image.open(io.BytesIO(specimens.picture(300, 200)))
    exif = Image.Exif()
    exif[315] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": exif, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if format == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", SECRET.decode())  # type: ignore[attr-defined]
        options["pnginfo"].add_itxt("Comment", SECRET.decode(), zip=False)  # type: ignore[attr-defined]
    if format == "JPEG":
        options |= {"comment": SECRET, "progressive": True}
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue() + (specimens.PINE.read_bytes() if format != "WEBP" else b"")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_copy_shows_the_same_pixels_and_tells_nothing(tmp_path: Path, format: str) -> None:
    content = with_everything(format)
    assert SECRET in content
    (tmp_path / "a").write_bytes(content)
    copy_without_metadata(source=tmp_path / "a", target=tmp_path / "b", media_type=f"image/{format.lower()}")
    copy = (tmp_path / "b").read_bytes()
    assert SECRET not in copy
    with Image.open(tmp_path / "a") as before, Image.open(tmp_path / "b") as after:
        assert dict(after.getexif()) == {}
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert specimens.PINE.read_bytes()[-1000:] not in copy


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), format=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_broken_structure_is_refused_and_never_crashes(
    tmp_path: Path, data: st.DataObject, format: str
) -> None:
    content = bytearray(with_everything(format)[:6000])
    for _change in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a").write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        copy_without_metadata(
            source=tmp_path / "a", target=tmp_path / "b", media_type=f"image/{format.lower()}"
        )
    except Refusal:
        return
    assert (tmp_path / "b").exists()


def test_restart_markers_belong_to_the_picture(tmp_path: Path) -> None:
    image = Image.open(io.BytesIO(specimens.picture(300, 200)))
    image.save(tmp_path / "a.jpg", restart_marker_blocks=4)
    assert any(bytes([0xFF, 0xD0 + n]) in (tmp_path / "a.jpg").read_bytes() for n in range(8))
    copy_without_metadata(source=tmp_path / "a.jpg", target=tmp_path / "b.jpg", media_type="image/jpeg")
    with Image.open(tmp_path / "b.jpg") as copy:
        assert ImageChops.difference(copy, Image.open(tmp_path / "a.jpg")).getbbox() is None


def test_a_turned_jpeg_keeps_its_orientation_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(with_everything("JPEG"))
    copy_without_metadata(
        source=tmp_path / "a.jpg", target=tmp_path / "b.jpg", media_type="image/jpeg", orientation=6
    )
    with Image.open(tmp_path / "b.jpg") as copy:
        assert dict(copy.getexif()) == {0x0112: 6}
    segment = (tmp_path / "b.jpg").read_bytes()[2:6]
    assert segment[:2] == b"\xff\xe1"
    assert struct.unpack(">H", segment[2:])[0] == 34
