from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
from PIL import Image

from media_library.processing import audio
from tests.media_library import specimens

pytestmark = pytest.mark.slow


def test_sound_gets_its_length_the_shape_of_its_loudness_and_its_cover(tmp_path: Path) -> None:
    made = audio.render(str(specimens.SOUND), str(tmp_path))
    assert made["duration"] == pytest.approx(67.4, abs=0.5)
    peaks = made["properties"]["peaks"]
    assert len(peaks) == 200
    assert max(peaks) == 100
    assert min(peaks) >= 0
    names = {about["name"] for about in made["renditions"]}
    assert names == {f"w{w}.{e}" for w in (320, 640, 1000) for e in ("jpg", "webp")} | {
        "media.mp3",
        "waveform.json",
    }
    waveform = json.loads((tmp_path / "waveform.json").read_text())
    assert (waveform["version"], waveform["length"], len(waveform["data"])) == (2, 200, 400)
    assert waveform["data"][1::2] == peaks
    with Image.open(tmp_path / "w320.webp") as cover:
        assert cover.size == (320, 320)


def test_silence_then_a_tone_shows_in_the_peaks(tmp_path: Path) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.wav",
        *("-f", "lavfi", "-i", "aevalsrc='if(lt(t,2),0,0.5*sin(2*PI*440*t))':d=4:s=44100"),
    )
    (tmp_path / "out").mkdir()
    peaks = audio.render(str(source), str(tmp_path / "out"))["properties"]["peaks"]
    assert max(peaks[:98]) <= 2
    assert min(peaks[102:]) >= 95


def test_the_public_copy_carries_no_tags(tmp_path: Path) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mp3",
        *("-f", "lavfi", "-i", "sine=duration=3", "-c:a", "libmp3lame", "-write_id3v1", "1"),
        *("-metadata", "artist=Nguyen Bi Mat", "-metadata", "comment=so may 0905"),
    )
    assert b"Bi Mat" in source.read_bytes()
    (tmp_path / "out").mkdir()
    audio.render(str(source), str(tmp_path / "out"))
    copy = (tmp_path / "out" / "media.mp3").read_bytes()
    assert b"Bi Mat" not in copy
    assert b"0905" not in copy
    assert not copy.startswith(b"ID3")


@pytest.mark.parametrize(
    ("ending", "codec", "seeming", "copy"),
    [
        ("m4a", "aac", "audio/mp4", "media.m4a"),
        ("ogg", "libopus", "audio/ogg", "media.mp3"),
        ("wav", "pcm_s16le", "audio/wav", "media.mp3"),
        ("flac", "flac", "audio/flac", "media.mp3"),
        ("mp3", "libmp3lame", "audio/mpeg", "media.mp3"),
    ],
)
def test_every_kind_of_sound_becomes_one_that_plays_everywhere(
    tmp_path: Path, ending: str, codec: str, seeming: str, copy: str
) -> None:
    source = specimens.made_with_ffmpeg(
        tmp_path / f"a.{ending}", "-f", "lavfi", "-i", "sine=duration=3", "-c:a", codec
    )
    found = audio.inspect(str(source), seeming)
    assert found["media_type"] == seeming
    assert found["duration"] == pytest.approx(3, abs=0.2)
    (tmp_path / "out").mkdir()
    made = audio.render(str(source), str(tmp_path / "out"))
    assert [one["name"] for one in made["renditions"] if one["purpose"] == "download"] == [copy]
    with av.open(str(tmp_path / "out" / copy)) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(3, abs=0.2)
        assert container.streams.audio[0].codec_context.codec.canonical_name in ("mp3", "aac")


def test_a_cover_that_cannot_be_opened_does_not_stop_the_sound(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cover.write_bytes(specimens.picture(200, 200, format="PNG"))
    source = specimens.made_with_ffmpeg(
        tmp_path / "a.mp3",
        *("-f", "lavfi", "-i", "sine=duration=2", "-i", str(cover)),
        *("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"),
    )
    content = source.read_bytes()
    at = content.index(b"IDAT")
    source.write_bytes(content[: at + 4] + b"\x00" * 30 + content[at + 34 :])
    (tmp_path / "out").mkdir()
    made = audio.render(str(source), str(tmp_path / "out"))
    assert [about["name"] for about in made["renditions"]] == ["media.mp3", "waveform.json"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"media.mp3", "waveform.json"}
