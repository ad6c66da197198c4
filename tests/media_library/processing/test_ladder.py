from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from media_library.files.addresses import digest_in
from media_library.processing import ladder, loudness, playlist
from tests.media_library import specimens

pytestmark = pytest.mark.slow
_RANGE = re.compile(r"BYTERANGE[=:]\"?(\d+)@(\d+)")


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((1920, 1080), [(426, 240), (640, 360), (854, 480), (1280, 720), (1920, 1080)]),
        ((3840, 2160), [(426, 240), (640, 360), (854, 480), (1280, 720), (1920, 1080)]),
        ((720, 1280), [(240, 426), (360, 640), (480, 854), (720, 1280)]),
        ((1000, 700), [(342, 240), (514, 360), (686, 480), (1000, 700)]),
        ((640, 482), [(318, 240), (478, 360), (638, 480)]),
        ((321, 181), [(320, 180)]),
    ],
)
def test_rungs_are_chosen_by_the_short_side_and_none_is_larger_than_the_film(
    size: tuple[int, int], rungs: list[tuple[int, int]]
) -> None:
    found = [(rung.width, rung.height) for rung in ladder.rungs_for(*size)]
    assert found == rungs
    assert all(side % 2 == 0 for pair in found for side in pair)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A film turned by its metadata, of uneven rate, its sound quiet and half a second late: the ladder of it."""
    folder = tmp_path_factory.mktemp("ladder")
    lying = specimens.made_with_ffmpeg(
        folder / "lying.mp4",
        *("-f", "lavfi", "-i", "testsrc=duration=8:size=640x360:rate=24"),
        *("-f", "lavfi", "-itsoffset", "0.5", "-i", "sine=frequency=440:duration=7.5"),
        *("-filter:v", "select='lt(t,4)+not(mod(n,7))'", "-fps_mode", "vfr", "-filter:a", "volume=-18dB"),
        *("-pix_fmt", "yuv420p", "-c:v", "libx264", "-c:a", "aac"),
    )
    source = specimens.made_with_ffmpeg(
        folder / "upright.mp4", "-display_rotation", "90", "-i", str(lying), "-c", "copy"
    )
    (folder / "out").mkdir()
    return folder / "out", ladder.render(str(source), str(folder / "out"))


def listed(folder: Path, name: str) -> list[str]:
    """The addresses that the playlist ``name`` names."""
    lines = (folder / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def key_frames(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        packets = film.demux(film.streams.video[0])
        return [round(float(p.pts * p.time_base), 2) for p in packets if p.is_keyframe and p.pts is not None]


def test_playlists_name_by_content_what_lies_beside_them(made: tuple[Path, dict[str, Any]]) -> None:
    folder, told = made
    files = {about["name"]: about["purpose"] for about in told["renditions"]}
    assert files[playlist.MASTER] == "stream"
    by_digest = {hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]: name for name in files}
    named = [by_digest[str(digest_in(address))] for address in listed(folder, playlist.MASTER)]
    assert named == ["h240.m3u8", "h360.m3u8"]
    for name in named:
        addresses = set(listed(folder, name))
        assert [by_digest[str(digest_in(one))] for one in addresses] == [name.replace("m3u8", "mp4")]


def test_segments_are_byte_ranges_that_fill_their_file(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _told = made
    for name in ("h240", "h360"):
        ranges = [(int(a), int(b)) for a, b in _RANGE.findall((folder / f"{name}.m3u8").read_text())]
        assert ranges[0][1] == 0 and len(ranges) == 3
        ends = [start + length for length, start in ranges]
        assert [start for _length, start in ranges[1:]] == ends[:-1]
        content = (folder / f"{name}.mp4").read_bytes()
        assert ends[-1] <= len(content)
        assert content[4:8] == b"ftyp" and b"moof" in content[ranges[1][1] : ranges[1][1] + 200]


def test_key_frames_stand_at_the_same_moments_on_every_rung(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _told = made
    low, high = key_frames(folder / "h240.mp4"), key_frames(folder / "h360.mp4")
    assert low == high
    assert low[:4] == pytest.approx([0, 2, 4, 6], abs=0.02)


def test_rungs_stand_upright_at_an_even_rate_as_long_as_the_film(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _told = made
    for name, size in (("h240", (240, 426)), ("h360", (360, 640))):
        with av.open(str(folder / f"{name}.mp4")) as film:
            picture, sound = film.streams.video[0], film.streams.audio[0]
            times = [float(frame.time) for frame in film.decode(picture)]
            assert (picture.width, picture.height) == size
            assert sound.codec_context.name == "aac"
        steps = {round(b - a, 2) for a, b in pairwise(times)}
        assert len(steps) <= 2 and max(steps) - min(steps) <= 0.011
        assert times[0] == pytest.approx(0, abs=0.05) and times[-1] == pytest.approx(8, abs=0.4)
        with Image.open(folder / "storyboard.webp") as sheet:
            assert sheet.height == 160


def test_a_sound_that_begins_late_stays_with_its_picture(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _told = made
    with av.open(str(folder / "h240.mp4")) as film:
        loud = [
            float(frame.time)
            for frame in film.decode(film.streams.audio[0])
            if abs(frame.to_ndarray()).max() > 0.02
        ]
    assert loud[0] == pytest.approx(0.5, abs=0.03)


def test_sound_and_public_copy_are_brought_to_the_level(made: tuple[Path, dict[str, Any]]) -> None:
    folder, told = made
    assert told["properties"]["loudness"] < -30
    copy = next(about for about in told["renditions"] if about["purpose"] == "download")
    assert (copy["name"], copy["width"], copy["height"]) == ("media.mp4", 360, 640)
    for name in ("h240.mp4", "media.mp4"):
        level = loudness.measured(folder / name, media_type="video/mp4", seconds=30)
        assert level.integrated == pytest.approx(loudness.TARGET, abs=1)
        assert level.peak <= -1


def test_the_storyboard_says_which_part_of_its_sheet_belongs_to_which_time(
    made: tuple[Path, dict[str, Any]],
) -> None:
    folder, _told = made
    digest = hashlib.sha256((folder / "storyboard.webp").read_bytes()).hexdigest()[:12]
    assert (folder / "storyboard.vtt").read_text() == (
        "WEBVTT\n\n"
        f"00:00:00.000 --> 00:00:05.000\nstoryboard-{digest}.webp#xywh=0,0,90,160\n\n"
        f"00:00:05.000 --> 00:00:08.000\nstoryboard-{digest}.webp#xywh=90,0,90,160\n"
    )


def test_a_silent_film_that_browsers_do_not_play_gets_a_ladder_and_a_copy_of_its_best_rung(
    tmp_path: Path,
) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mov",
        *("-f", "lavfi", "-i", "testsrc=duration=2:size=426x240:rate=10", "-c:v", "mpeg4"),
    )
    (tmp_path / "out").mkdir()
    told = ladder.render(str(source), str(tmp_path / "out"))
    purposes = {about["name"]: about["purpose"] for about in told["renditions"]}
    assert purposes["media.mp4"] == "download" and told["properties"] == {}
    with av.open(str(tmp_path / "out" / "media.mp4")) as film:
        assert [stream.codec_context.name for stream in film.streams] == ["h264"]
