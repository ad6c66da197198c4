"""What public copies say, read back by readers that are not ours: Pillow, PDFium, FFmpeg, and the raw bytes."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import av
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, IptcImagePlugin

from media_library.processing import credit, credit_packet, document, picture
from media_library.processing.credit_packet import CARRYING, Credit
from tests.media_library import specimens

LINE = "Sở Khoa học & Công nghệ “Huế” / Kho 57"
CREDIT = Credit(
    line=LINE,
    terms="Ghi công 4.0 (CC BY 4.0)",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    address="https://kho57.example/vi/r/k57-7f3q-28mv/",
    year=2026,
)
SERIAL, PERSON, PLACE = "SN-0905-771-203", "Nguyễn Văn Ví Dụ", (16.0, 27.0, 48.25)
SAID = (LINE, CREDIT.licence_url, CREDIT.address)


def credited(path: Path, media_type: str, told: Credit = CREDIT) -> Path:
    target = path.with_name(f"credited-{path.name}")
    copies = [{"source": str(path), "target": str(target), "media_type": media_type}]
    assert credit.write(copies, vars(told)) == [True]
    return target


def with_secrets(path: Path, format: str, *, width: int) -> Path:
    """A photo that tells where, by whom and with which camera it was taken, and shows what was cut off."""
    with Image.open(specimens.PINE) as photo:
        image = photo.convert("RGB").resize((width, width // 2), Image.Resampling.BILINEAR)
    exif = Image.Exif()
    exif[0x013B] = PERSON.encode()
    exif[0xC62F] = SERIAL
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    exif.get_ifd(0x8769).update({0xA431: SERIAL, 0xA435: SERIAL, 0x927C: SERIAL.encode()})
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        f' aux:SerialNumber="{SERIAL}" exif:GPSLatitude="16,27.8042N"/></rdf:RDF></x:xmpmeta>'
    )
    options: dict[str, Any] = {"exif": exif, "xmp": xmp.encode()}
    quick = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}
    image.info = {}
    image.save(path, format, **options, **quick.get(format, {}))
    return path


def gps_directory(content: bytes) -> bool:
    """Whether an EXIF block anywhere names a GPS directory (tag 0x8825, LONG, one), in either byte order."""
    return any(struct.pack(f"{order}HHI", 0x8825, 4, 1) in content for order in "<>")


@pytest.mark.parametrize(("format", "width"), [("JPEG", 2600), ("PNG", 700), ("WEBP", 700)])
def test_every_copy_of_a_photo_bears_credit_and_licence_and_neither_place_nor_number(
    tmp_path: Path, format: str, width: int
) -> None:
    source = with_secrets(tmp_path / "photo", format, width=width)
    assert gps_directory(source.read_bytes())
    assert SERIAL.encode() in source.read_bytes()
    assert PERSON.encode() in source.read_bytes()
    made = picture.render(str(source), str(tmp_path))["renditions"]
    names = {about["name"] for about in made}
    steps = picture.widths_for(width)
    assert names >= {f"w{step}.{ending}" for step in steps for ending in ("webp", "jpg")}
    assert names >= {"w640.avif", "social.jpg", "square.jpg", "tall.jpg"}
    assert ("w1280.avif" in names) == (width > 1280)
    assert any(name.startswith("full.") for name in names)
    for about in made:
        copy = credited(tmp_path / about["name"], about["media_type"])
        content = copy.read_bytes()
        with Image.open(copy) as image:
            image.load()
            assert image.size == (about["width"], about["height"])
            exif = image.getexif()
            said = str(image.getxmp())
        assert not exif.get_ifd(0x8825), about["name"]
        assert set(dict(exif)) <= {0x0112}
        assert not exif.get_ifd(0x8769)
        assert not gps_directory(content)
        for secret in (SERIAL, PERSON, "GPSLatitude", "16,27"):
            for coding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert secret.encode(coding) not in content, about["name"]
        for part in SAID:
            assert part in said, (about["name"], part)


@pytest.mark.parametrize(
    ("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGBA"), ("WEBP", "RGB")]
)
@pytest.mark.parametrize("lossless", [True, False])
def test_the_picture_itself_stays_as_it_was_coded(
    tmp_path: Path, format: str, mode: str, lossless: bool
) -> None:
    before = tmp_path / "before"
    options = {"lossless": lossless} if format == "WEBP" else {}
    before.write_bytes(specimens.picture(301, 203, format=format, mode=mode, **options))
    after = credited(before, f"image/{format.lower()}")
    with Image.open(before) as one, Image.open(after) as other:
        assert (one.mode, one.size) == (other.mode, other.size)
        assert (
            ImageChops.difference(one.convert("RGBA"), other.convert("RGBA")).getbbox(alpha_only=False)
            is None
        )


def test_iptc_says_it_too_within_the_lengths_of_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(specimens.picture())
    with Image.open(credited(path, "image/jpeg")) as image:
        told = IptcImagePlugin.getiptcinfo(image)
    assert told is not None
    assert told[(1, 90)] == b"\x1b%G"
    assert told[(2, 116)].decode() == f"{LINE} · {CREDIT.terms}"
    assert LINE.startswith(told[(2, 110)].decode())
    assert len(told[(2, 110)]) <= 32


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/avif"])
def test_credited_again_only_the_last_credit_stands(tmp_path: Path, media_type: str) -> None:
    path = tmp_path / "a"
    format = media_type.removeprefix("image/").upper()
    path.write_bytes(specimens.picture(format=format, xmp=credit_packet.empty_xmp()))
    first = credited(path, media_type, Credit("Người đầu", "t", "", "https://a.example/", 2026))
    again = credited(first, media_type)
    assert "Người đầu".encode() not in again.read_bytes()
    assert again.read_bytes() == credited(path, media_type).read_bytes()


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_turned_jpeg_keeps_its_orientation(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    path.write_bytes(specimens.picture(exif=exif))
    with Image.open(credited(path, "image/jpeg")) as image:
        assert image.getexif().get(0x0112, 1) == orientation


def test_an_animation_goes_on_moving(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    with Image.open(credited(path, "image/webp")) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]
        assert LINE in str(image.getxmp())


def test_a_pdf_says_it_and_keeps_its_words(tmp_path: Path) -> None:
    document.render(str(specimens.SLIDES), str(tmp_path))
    copy = credited(tmp_path / "document.pdf", "application/pdf")
    opened = pypdfium2.PdfDocument(copy)
    told = opened.get_metadata_dict()
    words = opened[0].get_textpage().get_text_range()
    opened.close()
    assert told["Author"] == LINE
    assert CREDIT.address in told["Subject"]
    assert "57" in words
    content = copy.read_bytes()
    assert b"<xmpRights:WebStatement>https://kho57.example/vi/r/k57-7f3q-28mv/<" in content


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("recordings")
    tone = ("-f", "lavfi", "-i", "sine=duration=1")
    return {
        "audio/mpeg": specimens.made_with_ffmpeg(folder / "a.mp3", *tone, "-id3v2_version", "0"),
        "audio/mp4": specimens.made_with_ffmpeg(folder / "a.m4a", *tone),
        "audio/ogg": specimens.made_with_ffmpeg(folder / "a.ogg", *tone, "-c:a", "libopus"),
        "video/mp4": specimens.colour_bars(folder / "a.mp4", seconds=1),
        "video/webm": specimens.colour_bars(folder / "a.webm", "-c:v", "libvpx", seconds=1),
    }


@pytest.mark.parametrize("media_type", ["audio/mpeg", "audio/mp4", "audio/ogg", "video/mp4", "video/webm"])
def test_sound_and_film_say_it_in_their_tags(recordings: dict[str, Path], media_type: str) -> None:
    path = recordings[media_type]
    copy = credited(path, media_type)
    with av.open(str(copy)) as container:
        told = {k.lower(): v for k, v in {**container.metadata, **container.streams[0].metadata}.items()}
        heard = [packet.size for packet in container.demux() if packet.size]
    assert told["artist"] == LINE
    assert CREDIT.terms in told["copyright"]
    assert CREDIT.address in told["comment"]
    with av.open(str(path)) as container:
        assert heard == [packet.size for packet in container.demux() if packet.size]
    if media_type == "audio/mpeg":
        again = credited(copy, media_type)
        assert again.read_bytes() == copy.read_bytes()


def test_a_work_in_the_public_domain_is_not_marked_as_somebodys(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(specimens.picture(format="PNG"))
    free = Credit(LINE, "CC0", "https://creativecommons.org/publicdomain/zero/1.0/", CREDIT.address, 2026)
    assert b"<xmpRights:Marked>False<" in credited(path, "image/png", free).read_bytes()


def test_the_longest_credit_finds_its_place_in_the_room_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(specimens.picture(format="AVIF", xmp=credit_packet.empty_xmp()))
    longest = Credit("ộ" * 300, CREDIT.terms, CREDIT.licence_url, CREDIT.address, 2026)
    copy = credited(path, "image/avif", longest)
    assert copy.stat().st_size == path.stat().st_size
    with Image.open(copy) as image:
        assert "ộ" * 300 in str(image.getxmp())


def test_what_can_be_written_into_is_told_without_loading_the_writers() -> None:
    assert set(credit.WRITERS) == CARRYING


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.data(),
    media_type=st.sampled_from(["image/jpeg", "image/png", "image/webp", "image/avif", "application/pdf"]),
)
def test_a_broken_copy_is_left_as_it_is_and_never_crashes(
    tmp_path: Path, data: st.DataObject, media_type: str
) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    target.unlink(missing_ok=True)
    if media_type == "application/pdf":
        content = bytearray(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n%%EOF")
    else:
        xmp = credit_packet.empty_xmp()
        content = bytearray(
            specimens.picture(40, 30, format=media_type.removeprefix("image/").upper(), xmp=xmp)
        )
    for _change in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    source.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    copies = [{"source": str(source), "target": str(target), "media_type": media_type}]
    assert credit.write(copies, vars(CREDIT)) == [target.exists()]


def test_words_that_are_markup_are_words(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(specimens.picture())
    sly = Credit("</rdf:li><script>&\"'", "<b>", "https://a.example/?a=1&b='\"", "https://b.example/", 2026)
    with Image.open(io.BytesIO(credited(path, "image/jpeg", sly).read_bytes())) as image:
        assert "</rdf:li><script>&" in str(image.getxmp())
