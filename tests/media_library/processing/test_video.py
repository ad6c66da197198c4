from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image, ImageStat

from media_library.processing import video
from media_library.processing.refusal import Refusal
from tests.media_library import specimens

pytestmark = pytest.mark.slow


def streams(path: Path) -> list[tuple[str, str]]:
    with av.open(str(path)) as container:
        return [(stream.type, stream.codec_context.codec.canonical_name) for stream in container.streams]


def test_a_film_gets_its_facts_a_poster_ladder_and_a_public_copy(tmp_path: Path) -> None:
    made = video.render(str(specimens.FILM), str(tmp_path))
    assert (made["width"], made["height"]) == (1280, 720)
    assert made["duration"] == pytest.approx(30, abs=3)
    assert made["properties"]["video_codec"] == "h264"
    names = {about["name"]: about["purpose"] for about in made["renditions"]}
    assert names == {
        **{f"w{width}.{ending}": "poster" for width in (320, 640, 1280) for ending in ("webp", "jpg")},
        **{f"candidate{number}.jpg": "candidate" for number in range(1, 6)},
        "media.mp4": "download",
    }
    assert len(made["phash"]) == 16


def test_an_upright_film_stays_upright(tmp_path: Path) -> None:
    made = video.render(str(specimens.UPRIGHT_FILM), str(tmp_path))
    assert (made["width"], made["height"]) == (720, 1280)
    with Image.open(tmp_path / "w320.jpg") as poster:
        assert poster.size == (320, 569)


def test_a_film_turned_by_its_metadata_is_turned_in_poster_and_size(tmp_path: Path) -> None:
    plain = specimens.colour_bars(tmp_path / "plain.mp4", "-c:v", "libx264", "-c:a", "aac")
    turned = specimens.made_with_ffmpeg(
        tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(plain), "-c", "copy"
    )
    (tmp_path / "out").mkdir()
    made = video.render(str(turned), str(tmp_path / "out"))
    assert (made["width"], made["height"]) == (180, 320)
    with Image.open(tmp_path / "out" / "w180.jpg") as poster:
        assert poster.size == (180, 320)
    again = video.inspect(str(tmp_path / "out" / "media.mp4"), "video/mp4")
    assert (again["width"], again["height"]) == (180, 320)


def test_the_public_copy_tells_neither_place_nor_person_nor_device(tmp_path: Path) -> None:
    source = specimens.colour_bars(
        tmp_path / "a.mp4",
        *("-c:v", "libx264", "-c:a", "aac", "-movflags", "use_metadata_tags"),
        *("-metadata", "location=+16.4637+107.5909/", "-metadata", "artist=Nguyen Van Bi Mat"),
        *("-metadata", "com.apple.quicktime.model=SecretPhone", "-metadata", "comment=rieng tu"),
        *("-metadata:s:v", "handler_name=HANDLER-SERIAL-77", "-metadata:s:a", "title=ten rieng"),
    )
    for secret in (b"16.4637", b"Bi Mat", b"SecretPhone", b"rieng tu", b"HANDLER-SERIAL", b"ten rieng"):
        assert secret in source.read_bytes()
    (tmp_path / "out").mkdir()
    video.render(str(source), str(tmp_path / "out"))
    copy = (tmp_path / "out" / "media.mp4").read_bytes()
    for secret in (b"16.4637", b"Bi Mat", b"SecretPhone", b"rieng tu", b"HANDLER-SERIAL", b"ten rieng"):
        assert secret not in copy


def test_the_public_copy_can_be_played_from_its_first_bytes(tmp_path: Path) -> None:
    video.render(str(specimens.FILM), str(tmp_path))
    head = (tmp_path / "media.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_the_poster_is_not_the_black_beginning(tmp_path: Path) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mp4",
        *("-f", "lavfi", "-i", "color=black:duration=2:size=320x180:rate=10"),
        *("-f", "lavfi", "-i", "testsrc=duration=4:size=320x180:rate=10"),
        *("-filter_complex", "[0:v][1:v]concat=n=2:v=1", "-c:v", "libx264", "-g", "5", "-pix_fmt", "yuv420p"),
    )
    (tmp_path / "out").mkdir()
    video.render(str(source), str(tmp_path / "out"))
    with Image.open(tmp_path / "out" / "w320.jpg") as poster:
        assert ImageStat.Stat(poster.convert("L")).mean[0] > 40


@pytest.mark.parametrize(
    ("ending", "options", "seeming", "copy", "codecs"),
    [
        ("webm", ("-c:v", "libvpx", "-c:a", "libopus"), "video/webm", "media.webm", {"vp8", "opus"}),
        ("mkv", ("-c:v", "libx264", "-c:a", "flac"), "video/x-matroska", "media.mp4", {"h264", "aac"}),
        ("mov", ("-c:v", "mpeg4", "-c:a", "pcm_s16le"), "video/quicktime", "media.mp4", {"h264", "aac"}),
        ("mp4", ("-c:v", "libx265", "-c:a", "aac"), "video/mp4", "media.mp4", {"h264", "aac"}),
    ],
)
def test_what_browsers_do_not_play_is_coded_anew(
    tmp_path: Path, ending: str, options: tuple[str, ...], seeming: str, copy: str, codecs: set[str]
) -> None:
    source = specimens.colour_bars(tmp_path / f"a.{ending}", *options, seconds=2)
    assert video.inspect(str(source), seeming)["media_type"] == seeming
    (tmp_path / "out").mkdir()
    made = video.render(str(source), str(tmp_path / "out"))
    assert made["renditions"][-1]["name"] == copy
    assert {codec for _type, codec in streams(tmp_path / "out" / copy)} == codecs


def test_a_large_film_that_is_coded_anew_is_brought_to_720_lines(tmp_path: Path) -> None:
    source = specimens.colour_bars(
        tmp_path / "a.mov", "-c:v", "mpeg4", "-c:a", "pcm_s16le", seconds=1, size="1920x1080"
    )
    (tmp_path / "out").mkdir()
    made = video.render(str(source), str(tmp_path / "out"))
    assert (made["renditions"][-1]["width"], made["renditions"][-1]["height"]) == (1280, 720)


def test_a_copy_that_a_ladder_follows_is_small_and_soon_there(tmp_path: Path) -> None:
    source = specimens.colour_bars(
        tmp_path / "a.mov", "-c:v", "mpeg4", "-c:a", "pcm_s16le", seconds=1, size="720x1280"
    )
    (tmp_path / "out").mkdir()
    made = video.render(str(source), str(tmp_path / "out"), quick=True)
    assert (made["renditions"][-1]["width"], made["renditions"][-1]["height"]) == (240, 426)


def test_posters_to_choose_from_are_neither_dark_nor_the_same(tmp_path: Path) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mp4",
        *("-f", "lavfi", "-i", "color=black:duration=3:size=320x180:rate=10"),
        *("-f", "lavfi", "-i", "testsrc=duration=5:size=320x180:rate=10"),
        *(
            "-filter_complex",
            "[0:v][1:v]concat=n=2:v=1",
            "-c:v",
            "libx264",
            "-g",
            "10",
            "-pix_fmt",
            "yuv420p",
        ),
    )
    (tmp_path / "out").mkdir()
    made = video.render(str(source), str(tmp_path / "out"))
    offered = [one for one in made["renditions"] if one["purpose"] == "candidate"]
    assert 2 <= len(offered) <= 3
    pictures = [(tmp_path / "out" / one["name"]).read_bytes() for one in offered]
    assert len(set(pictures)) == len(pictures)
    for one in offered:
        with Image.open(tmp_path / "out" / one["name"]) as picture:
            assert ImageStat.Stat(picture.convert("L")).mean[0] > 40


def test_a_film_without_sound_is_a_film(tmp_path: Path) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mp4",
        *("-f", "lavfi", "-i", "testsrc=duration=2:size=160x90:rate=5"),
        *("-c:v", "libx264", "-pix_fmt", "yuv420p"),
    )
    (tmp_path / "out").mkdir()
    made = video.render(str(source), str(tmp_path / "out"))
    assert made["properties"]["audio_codec"] is None
    assert [kind for kind, _codec in streams(tmp_path / "out" / "media.mp4")] == ["video"]


def test_sound_with_a_cover_is_no_film() -> None:
    with pytest.raises(Refusal):
        video.inspect(str(specimens.SOUND), "audio/mpeg")
