from __future__ import annotations

import io
from pathlib import Path

import imagehash
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageStat

from media_library.processing import picture
from media_library.processing.credit_packet import empty_xmp
from media_library.processing.picture import widths_for
from media_library.processing.refusal import Refusal
from tests.media_library import specimens


@given(st.integers(min_value=1, max_value=20_000))
def test_a_picture_is_never_widened_and_always_gets_its_widest_step(width: int) -> None:
    steps = widths_for(width)
    assert max(steps) == min(width, 2560)
    assert steps == sorted(set(steps))
    assert set(steps) <= {320, 640, 1280, 1920, 2560, width}


CROPS = {"social.jpg", "square.jpg", "tall.jpg"}


def test_every_step_is_made_as_webp_and_jpeg_with_crops_and_the_full_copy(tmp_path: Path) -> None:
    made = picture.render(str(specimens.PANDA), str(tmp_path))
    names = {about["name"] for about in made["renditions"]}
    steps = {f"w{width}.{ending}" for width in (320, 640, 1280, 1600) for ending in ("webp", "jpg")}
    assert names == steps | CROPS | {"w640.avif", "w1280.avif", "full.jpg"}
    assert {path.name for path in tmp_path.iterdir()} == names
    for about in made["renditions"]:
        with Image.open(tmp_path / about["name"]) as image:
            assert image.size == (about["width"], about["height"])
            assert Image.MIME[str(image.format)] == about["media_type"]


def test_no_rendition_tells_where_by_whom_or_with_which_device_the_photo_was_taken(tmp_path: Path) -> None:
    with Image.open(specimens.PINE) as image:
        exif = image.getexif()
        person, gps = str(exif.get(315) or exif.get(33432)), exif.get_ifd(0x8825)
        serial = str(exif.get_ifd(0x8769).get(0xA431) or exif.get(0xC62F))
    assert gps
    assert len(person) > 3
    made = picture.render(str(specimens.PINE), str(tmp_path))
    assert len(made["renditions"]) >= 7
    for about in made["renditions"]:
        content = (tmp_path / about["name"]).read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            assert dict(image.getexif()) == {}, about["name"]
            assert not image.getexif().get_ifd(0x8825)
            assert not image.info.get("xmp", b"").removeprefix(empty_xmp()), about["name"]
            assert "comment" not in image.info
        for secret in (person, serial):
            assert secret.encode() not in content, about["name"]
            assert secret.encode("utf-16-le") not in content, about["name"]
        assert b"http://ns.adobe.com" not in content
        assert b"Photoshop" not in content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stands_upright_in_every_rendition(tmp_path: Path, orientation: int) -> None:
    source = tmp_path / "source.jpg"
    upright = Image.new("RGB", (800, 500), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 200, 120), fill="red")
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    turned = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned.save(source, exif=exif)
    (tmp_path / "out").mkdir()
    made = picture.render(str(source), str(tmp_path / "out"))
    assert (made["width"], made["height"]) == (800, 500)
    with Image.open(tmp_path / "out" / "w320.jpg") as small:
        assert small.size == (320, 200)
        red, green, _blue = small.getpixel((20, 12))
        assert red > 180
        assert green < 80
    with Image.open(tmp_path / "out" / "full.jpg") as full:
        assert set(dict(full.getexif())) <= {0x0112}
        assert full.getexif().get(0x0112, 1) == orientation


@pytest.mark.parametrize(
    ("mode", "format"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("RGBA", "PNG"),
        ("LA", "PNG"),
        ("RGB", "WEBP"),
    ],
)
def test_every_colour_mode_comes_out_as_ordinary_colours(tmp_path: Path, mode: str, format: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(specimens.picture(500, 400, format=format, mode=mode))
    made = picture.render(str(source), str(tmp_path))
    assert {about["width"] for about in made["renditions"] if about["purpose"] != "crop"} == {320, 500}
    with Image.open(tmp_path / "w320.jpg") as image:
        assert image.mode == "RGB"
        dark = ImageStat.Stat(image.crop((0, 0, 320, 30))).mean
        light = ImageStat.Stat(image.crop((0, 225, 320, 255))).mean
        assert max(dark) < 50
        assert min(light) > 200


def test_sixteen_bit_grey_keeps_its_tones(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    Image.linear_gradient("L").resize((400, 300)).convert("I").point(lambda v: v * 257).convert("I;16").save(
        source
    )
    picture.render(str(source), str(tmp_path))
    with Image.open(tmp_path / "w320.jpg") as image:
        middle = image.getpixel((160, 120))
    assert 110 < middle[0] < 145


def test_see_through_parts_stay_so_in_webp_and_are_white_in_jpeg(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    Image.new("RGBA", (400, 300), (200, 0, 0, 0)).save(source)
    picture.render(str(source), str(tmp_path))
    with Image.open(tmp_path / "w320.webp") as image:
        assert image.mode == "RGBA"
        assert image.getpixel((5, 5))[3] == 0
    with Image.open(tmp_path / "w320.jpg") as image:
        assert min(image.getpixel((5, 5))) > 250


def test_colours_are_brought_from_their_profile_to_srgb(tmp_path: Path) -> None:
    """A picture whose profile changes nothing looks the same, and carries no profile any more."""
    source = tmp_path / "source.jpg"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (400, 300), (30, 120, 200)).save(source, icc_profile=profile, quality=95)
    picture.render(str(source), str(tmp_path))
    with Image.open(tmp_path / "w320.webp") as image:
        assert "icc_profile" not in image.info
        assert all(abs(a - b) < 6 for a, b in zip(image.getpixel((9, 9)), (30, 120, 200), strict=True))


def test_a_picture_smaller_than_the_ladder_gets_one_step_of_its_own_width(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(specimens.picture(90, 60, format="PNG"))
    made = picture.render(str(source), str(tmp_path))
    assert {about["name"] for about in made["renditions"]} == {"w90.webp", "w90.jpg", "full.png", *CROPS}


@pytest.mark.parametrize(
    "path", sorted((specimens.DEMO / "photos").glob("*.jpg")), ids=lambda path: path.stem
)
def test_the_hash_is_that_of_the_library_others_use(path: Path) -> None:
    with Image.open(path) as image:
        assert picture.perceptual_hash(image) == str(imagehash.phash(image))


def test_a_reduced_copy_has_nearly_the_same_hash_and_another_picture_has_not(tmp_path: Path) -> None:
    hashes = [
        int(picture.render(str(path), str(tmp_path))["phash"], 16)
        for path in (specimens.PANDA, specimens.DEMO / "photos" / "gau-truc-thu-nho.jpg", specimens.PINE)
    ]
    assert (hashes[0] ^ hashes[1]).bit_count() <= 6
    assert (hashes[0] ^ hashes[2]).bit_count() > 16


def test_sixteen_bit_colours_and_a_palette_with_a_see_through_colour_come_out_right(tmp_path: Path) -> None:
    palette = Image.new("P", (300, 200), 1)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.save(tmp_path / "palette.png", transparency=1)
    picture.render(str(tmp_path / "palette.png"), str(tmp_path))
    with Image.open(tmp_path / "w300.webp") as image:
        assert image.getpixel((9, 9))[3] == 0  # type: ignore[index]
    (tmp_path / "deep.png").write_bytes(specimens.png_of_sixteen_bits(300, 200, (0, 0x8000, 0xFFFF)))
    picture.render(str(tmp_path / "deep.png"), str(tmp_path))
    with Image.open(tmp_path / "w300.webp") as image:
        assert all(abs(a - b) < 8 for a, b in zip(image.getpixel((9, 9)), (0, 128, 255), strict=True))


def test_colours_of_another_profile_are_converted_not_reinterpreted(tmp_path: Path) -> None:
    """The profile of this picture says that its red is what sRGB calls blue, and the other way round."""
    srgb = ImageCms.createProfile("sRGB")
    told = Image.new("RGB", (400, 300), (30, 120, 200))
    swapped = bytearray(ImageCms.ImageCmsProfile(srgb).tobytes())
    red, blue = swapped.find(b"rXYZ", 128), swapped.find(b"bXYZ", 128)
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    source = tmp_path / "source.png"
    told.save(source, icc_profile=bytes(swapped))
    picture.render(str(source), str(tmp_path))
    with Image.open(tmp_path / "w400.webp") as image:
        red_now, _green, blue_now = image.getpixel((9, 9))  # type: ignore[misc]
    assert red_now > 180 > 60 > blue_now


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_an_animation_is_shown_by_its_first_frame_and_kept_for_download(tmp_path: Path, format: str) -> None:
    source = tmp_path / "source"
    frames = [Image.new("RGB", (200, 120), colour) for colour in ("red", "green", "blue")]
    frames[0].save(source, format, save_all=True, append_images=frames[1:], duration=80)
    assert picture.inspect(str(source))["properties"]["animated"] is True
    picture.render(str(source), str(tmp_path))
    with Image.open(tmp_path / "w200.jpg") as image:
        red, green, _blue = image.getpixel((9, 9))  # type: ignore[misc]
        assert red > 200 > 60 > green
    with Image.open(tmp_path / f"full.{format.lower()}") as whole:
        assert whole.n_frames == 3  # type: ignore[attr-defined]


def test_a_picture_that_claims_too_many_pixels_is_refused_before_any_is_decoded(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(specimens.png_claiming(50_000, 50_000))
    with pytest.raises(Refusal) as refused:
        picture.inspect(str(source))
    assert refused.value.facts == {"width": 50_000, "height": 50_000, "limit": 50}
