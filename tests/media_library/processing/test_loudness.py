from __future__ import annotations

from pathlib import Path

import av
import pytest

from media_library.processing import loudness
from tests.media_library import specimens

pytestmark = pytest.mark.slow


def tone(target: Path, volume: str, *options: str) -> Path:
    source = ("-f", "lavfi", "-i", "sine=frequency=1000:duration=4", "-filter:a", f"volume={volume}")
    return specimens.made_with_ffmpeg(target, *source, *options)


def rendered(source: Path) -> tuple[Path, dict[str, str], float]:
    out = source.parent / "out"
    out.mkdir()
    told = loudness.render(str(source), str(out))
    return out, {one["name"]: one["purpose"] for one in told["renditions"]}, told["properties"]["loudness"]


@pytest.mark.parametrize(
    ("ending", "options", "name", "media_type"),
    [
        ("mp3", ("-c:a", "libmp3lame"), "media.mp3", "audio/mpeg"),
        ("m4a", ("-c:a", "aac"), "media.m4a", "audio/mp4"),
    ],
)
def test_a_quiet_sound_gets_a_copy_at_the_level_in_the_same_format(
    tmp_path: Path, ending: str, options: tuple[str, ...], name: str, media_type: str
) -> None:
    out, made, before = rendered(tone(tmp_path / f"a.{ending}", "-12dB", *options))
    assert made == {name: "download", "light.opus": "stream"}
    assert before < -25
    for copy, kind in ((name, media_type), ("light.opus", "audio/ogg")):
        level = loudness.measured(out / copy, media_type=kind, seconds=20)
        assert level.integrated == pytest.approx(loudness.TARGET, abs=1)
        assert level.peak <= -1


@pytest.mark.parametrize("volume", ["5.5dB", "-120dB"], ids=["at its level", "silent"])
def test_a_sound_at_its_level_or_without_any_stays_as_it_is(tmp_path: Path, volume: str) -> None:
    out, made, _before = rendered(tone(tmp_path / "a.wav", volume))
    assert made == {"light.opus": "stream"}
    with av.open(str(out / "light.opus")) as sound:
        assert sound.streams.audio[0].codec_context.name == "opus"
