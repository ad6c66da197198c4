"""What files say of themselves is read, put right and bounded; places and numbers are not even looked at."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from media_library.processing import audio, document, embedded_picture, picture, video
from media_library.processing.embedded import choose, from_tags, iso_date, readable, tidy
from tests.media_library import specimens

RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' xmlns:core="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:s="http://ns.adobe.com/xap/1.0/sType/">'
    "{0}</rdf:RDF></x:xmpmeta>"
)


def xmp(inside: str) -> bytes:
    return RDF.format(inside).encode()


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    """An APP13 body with these datasets (record, number, value)."""
    block = b"".join(struct.pack(">BBBH", 0x1C, r, n, len(value)) + value for r, n, value in datasets)
    return (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00"
        + struct.pack(">I", len(block))
        + block
        + b"\x00" * (len(block) & 1)
    )


def jpeg(*, app13: bytes = b"", **options: object) -> bytes:
    content = specimens.picture(**options)  # type: ignore[arg-type]
    if not app13:
        return content
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(app13) + 2) + app13 + content[2:]


def told(tmp_path: Path, content: bytes) -> dict[str, tuple[object, str]]:
    (tmp_path / "a").write_bytes(content)
    found = picture.inspect(str(tmp_path / "a"))["properties"].get("embedded", {})
    return {field: (one["value"], one["source"]) for field, one in found.items()}


def test_xmp_gives_every_field_in_vietnamese_where_there_are_several(tmp_path: Path) -> None:
    packet = xmp(
        '<rdf:Description photoshop:Credit="Báo Huế"><dc:title><rdf:Alt>'
        '<rdf:li xml:lang="en">Class</rdf:li><rdf:li xml:lang="vi-VN">Lớp học tối</rdf:li></rdf:Alt></dc:title>'
        "<dc:description><rdf:Alt><rdf:li>Một lớp học.</rdf:li></rdf:Alt></dc:description>"
        "<dc:subject><rdf:Bag><rdf:li>kỹ năng số</rdf:li><rdf:li>Huế</rdf:li></rdf:Bag></dc:subject>"
        "<dc:rights><rdf:Alt><rdf:li>© Báo Huế</rdf:li></rdf:Alt></dc:rights>"
        "<photoshop:DateCreated>2025-05-18T07:30:00+07:00</photoshop:DateCreated>"
        "<core:AltTextAccessibility><rdf:Alt><rdf:li>Mười người ngồi học.</rdf:li></rdf:Alt>"
        "</core:AltTextAccessibility>"
        "</rdf:Description>"
    )
    for format in ("JPEG", "PNG", "WEBP"):
        assert (
            told(tmp_path, specimens.picture(format=format, xmp=packet))
            == {
                "title": ("Lớp học tối", "XMP"),
                "caption": ("Một lớp học.", "XMP"),
                "credit": ("Báo Huế", "XMP"),
                "rights": ("© Báo Huế", "XMP"),
                "date": ("2025-05-18T07:30:00+07:00", "XMP"),
                "keywords": (["kỹ năng số", "Huế"], "XMP"),
                "alt": ("Mười người ngồi học.", "XMP"),
            }
            or format == "PNG"
        )


def test_what_is_said_of_other_pictures_within_it_is_not_said_of_it(tmp_path: Path) -> None:
    packet = xmp(
        "<rdf:Description><photoshop:Ingredients><rdf:Bag><rdf:li><rdf:Description>"
        "<dc:title>Của tệp khác</dc:title>"
        "</rdf:Description></rdf:li></rdf:Bag></photoshop:Ingredients></rdf:Description>"
    )
    assert told(tmp_path, jpeg(xmp=packet)) == {}


@pytest.mark.parametrize("coded", [True, False])
def test_iptc_is_read_in_utf8_and_in_the_old_codings(tmp_path: Path, coded: bool) -> None:
    marked = [(1, 90, b"\x1b%G")] if coded else []
    words = [
        (2, 5, "Lễ hội áo dài".encode()),
        (2, 25, b"ao dai"),
        (2, 25, "Huế".encode()),
        (2, 55, b"20250308"),
    ]
    assert told(tmp_path, jpeg(app13=iim(*marked, *words))) == {
        "title": ("Lễ hội áo dài", "IPTC"),
        "keywords": (["ao dai", "Huế"], "IPTC"),
        "date": ("2025-03-08", "IPTC"),
    }
    assert told(tmp_path, jpeg(app13=iim((2, 80, "José".encode("cp1252")))))["credit"] == ("José", "IPTC")


def test_exif_is_read_and_its_letters_are_put_right(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Cầu Trường Tiền".encode()
    exif[0x013B] = "Lê Thị Mẫu".encode()
    exif[0x9C9B] = "Cầu".encode("utf-16-le") + b"\x00\x00"
    exif.get_ifd(0x8769)[0x9003] = "2025:09:02 06:15:00"
    exif.get_ifd(0x8769)[0x9011] = "+07:00"
    exif.get_ifd(0x8769)[0xA431] = "SN-12345"
    exif.get_ifd(0x8825)[1] = "N"
    found = told(tmp_path, jpeg(exif=exif))
    assert found["caption"] == ("Cầu Trường Tiền", "EXIF")
    assert found["credit"] == ("Lê Thị Mẫu", "EXIF")
    assert found["title"] == ("Cầu", "EXIF")
    assert found["date"] == ("2025-09-02T06:15:00+07:00", "EXIF")
    assert "12345" not in json.dumps(found)


def test_the_first_standard_that_has_a_field_gives_it(tmp_path: Path) -> None:
    packet = xmp('<rdf:Description photoshop:Credit="Theo XMP"/>')
    exif = Image.Exif()
    exif[0x013B] = "Theo EXIF"
    exif[0x8298] = "Bản quyền EXIF".encode()
    found = told(
        tmp_path, jpeg(xmp=packet, exif=exif, app13=iim((2, 80, b"Theo IPTC"), (2, 120, b"Chu thich")))
    )
    assert found == {
        "credit": ("Theo XMP", "XMP"),
        "caption": ("Chu thich", "IPTC"),
        "rights": ("Bản quyền EXIF", "EXIF"),
    }


@pytest.mark.parametrize(
    "said", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "Untitled", "Created with GIMP", "   "]
)
def test_what_cameras_and_programs_write_by_themselves_is_not_offered(tmp_path: Path, said: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = said
    assert told(tmp_path, jpeg(exif=exif)) == {}


def test_png_texts_are_read(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Title", "Sơ đồ")
    info.add_text("Author", "Phòng Văn hóa".encode().decode("latin-1"))
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG", pnginfo=info)
    assert told(tmp_path, out.getvalue()) == {"title": ("Sơ đồ", "PNG"), "credit": ("Phòng Văn hóa", "PNG")}


def test_a_packet_with_entities_is_left_alone(tmp_path: Path) -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        + xmp('<rdf:Description photoshop:Credit="&b;&c;"/>')
    )
    assert told(tmp_path, jpeg(xmp=bomb)) == {}


def test_a_packet_past_the_limit_is_left_alone() -> None:
    long = xmp("<rdf:Description photoshop:Credit='a'/>") + b" " * embedded_picture.XMP_LIMIT
    assert embedded_picture.from_xmp(long) == {}


def test_texts_are_clean_bounded_and_unique() -> None:
    found = choose(
        (
            "A",
            {"title": ["a" * 500], "keywords": ["một; hai, một\nba\u202e", "x" * 200, *map(str, range(99))]},
        ),
        ("B", {"title": ["khác"], "credit": ["Lan", "Lan", "Mai"]}),
    )
    assert found["title"]["value"] == "a" * 199 + "…"
    assert found["keywords"]["value"][:3] == ["một", "hai", "ba"]
    assert len(found["keywords"]["value"]) == 40
    assert found["credit"] == {"value": "Lan, Mai", "source": "B"}
    assert tidy("a\x00b\x1b[31m\u200f c", limit=99) == "a b [31m c"
    assert tidy("Hu\u0065\u0302\u0301", limit=9) == "Huế"


def test_only_letters_that_were_misread_are_changed() -> None:
    assert readable("NgÃ´ MÃ´n") == "Ngô Môn"
    assert readable("Ngô Môn") == "Ngô Môn"
    assert readable("José") == "José"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2025:05:18 07:30:00", "2025-05-18T07:30:00"),
        ("20250518", "2025-05-18"),
        ("D:20250518073000+07'00'", "2025-05-18T07:30:00+07:00"),
        ("2025", "2025"),
        ("2025-05", "2025-05"),
        ("0000:00:00 00:00:00", ""),
        ("2025:13:45", ""),
        ("    :  :     :  :  ", ""),
        ("hôm qua", ""),
    ],
)
def test_dates_of_every_standard_become_iso(said: str, meant: str) -> None:
    assert iso_date(said) == meant


def test_a_pdf_tells_its_information_and_its_xmp(tmp_path: Path) -> None:
    with pikepdf.open(specimens.SLIDES) as pdf:
        pdf.docinfo["/Title"] = "Microsoft PowerPoint - Nghị quyết 57.pptx"
        pdf.docinfo["/Author"] = "Văn phòng"
        pdf.Root["/Metadata"] = pdf.make_stream(xmp('<rdf:Description photoshop:Credit="Sở KH&amp;CN"/>'))
        pdf.save(tmp_path / "a.pdf")
    found = document.inspect(str(tmp_path / "a.pdf"))["properties"]["embedded"]
    assert found["title"] == {"value": "Nghị quyết 57.pptx", "source": "PDF"}
    assert found["credit"] == {"value": "Sở KH&CN", "source": "XMP"}


def test_sound_and_film_tell_their_tags(tmp_path: Path) -> None:
    tags = ("-metadata", "title=Bản tin sáng", "-metadata", "artist=Đài Huế", "-metadata", "date=2025-05-18")
    tone = ("-f", "lavfi", "-i", "sine=duration=1")
    mp3 = specimens.made_with_ffmpeg(tmp_path / "a.mp3", *tone, *tags)
    found = audio.inspect(str(mp3), "audio/mpeg")["properties"]["embedded"]
    assert found["title"] == {"value": "Bản tin sáng", "source": "ID3"}
    assert found["credit"]["value"] == "Đài Huế"
    assert found["date"]["value"] == "2025-05-18"
    film = specimens.colour_bars(tmp_path / "a.mp4", *tags, seconds=1)
    found = video.inspect(str(film), "video/mp4")["properties"]["embedded"]
    assert found["title"] == {"value": "Bản tin sáng", "source": "MP4"}
    assert from_tags({"encoder": "Lavf60"}, demuxer="mp3") == {}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_broken_metadata_never_refuses_a_whole_picture(tmp_path: Path, data: st.DataObject) -> None:
    exif = data.draw(st.binary(max_size=60))
    packet = data.draw(st.binary(max_size=60))
    blocks = iim((2, 5, data.draw(st.binary(max_size=20))))[: data.draw(st.integers(30, 60))]
    content = jpeg(app13=blocks, exif=b"Exif\x00\x00" + exif, xmp=xmp("<rdf:Description>")[:180] + packet)
    told(tmp_path, content)
