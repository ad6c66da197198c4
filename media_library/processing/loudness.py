"""Loudness: measured after EBU R 128 (ITU-R BS.1770), brought to one level. Runs in the sandbox, without Django.

The level is −16 LUFS with true peaks under −1.5 dBTP: what Apple asks of podcasts (−16 ± 1 LKFS, at most
−1 dBTP; "Audio requirements" for podcast creators) with half a decibel kept for what coding adds. The −23 LUFS
of R 128 is that of broadcasting and too low for a phone in the street. A sound that is within one unit already is
left as it is.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_library.processing import audio, progress
from media_library.processing import container as media
from media_library.processing.refusal import Refusal

TARGET = -16.0
"""LUFS."""
PEAK = -1.5
"""dBTP."""
NEAR = 1.0
"""LU by which a sound may differ and stay as it is."""
_HIGHEST = -1.0
_RANGE = 20
"""LU of loudness range up to which ffmpeg moves the whole by one gain instead of pressing it."""
_SILENT = -70.0
"""LUFS: the absolute gate of BS.1770; under it there is nothing to measure."""
_TARGET = f"loudnorm=I={TARGET}:TP={PEAK}:LRA={_RANGE}"


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness and its gate in LUFS, true peak in dBTP, range in LU; ``offset`` is ffmpeg's."""

    integrated: float
    peak: float
    range: float
    threshold: float
    offset: float

    @property
    def fits(self) -> bool:
        """Whether there is nothing to do, be it because it is silent."""
        if not math.isfinite(self.integrated) or self.integrated < _SILENT:
            return True
        return abs(self.integrated - TARGET) <= NEAR and self.peak <= _HIGHEST

    @property
    def filters(self) -> str:
        """The second pass of ffmpeg's ``loudnorm``, which knows what the first one measured."""
        measured = (
            f"measured_I={self.integrated}:measured_TP={self.peak}:measured_LRA={self.range}"
            f":measured_thresh={self.threshold}:offset={self.offset}"
        )
        return f"{_TARGET}:{measured}:linear=true,aresample=48000"


def measured(path: Path, *, media_type: str, seconds: float) -> Loudness:
    """Listen to the whole of the first sound. Raises :class:`Refusal` where it cannot be decoded."""
    arguments = [*media.source_options(path, media_type), "-map", "0:a:0", "-vn", "-sn", "-dn"]
    arguments += ["-af", f"{_TARGET}:print_format=json", "-f", "null", "-"]
    told = media.ffmpeg(arguments, folder=Path.cwd(), seconds=seconds, level="info")
    try:
        found = json.loads(told[told.rindex("{") : told.rindex("}") + 1])
        return Loudness(
            integrated=float(found["input_i"]),
            peak=float(found["input_tp"]),
            range=float(found["input_lra"]),
            threshold=float(found["input_thresh"]),
            offset=float(found["target_offset"]),
        )
    except (ValueError, KeyError) as error:
        raise Refusal("damaged", told=told[-300:]) from error


def render(source: str, folder: str) -> dict[str, Any]:
    """A copy of even loudness where the sound needs one, and a light one in Opus, in ``folder``."""
    out, path = Path(folder), Path(source)
    seeming = audio.seeming_of(path)
    with media.opened(source, media_type=seeming) as container:
        stream = media.sound_stream(container)
        if stream is None:
            raise Refusal("no_sound")
        facts, duration = audio.facts_of(stream), media.duration_of(container)
    seconds = 120 + 4 * duration
    loudness = measured(path, media_type=seeming, seconds=seconds)
    progress.say(0.3)
    made = [] if loudness.fits else [_even(path, seeming, loudness, facts, folder=out, seconds=seconds)]
    progress.say(0.7)
    made.append(_light(path, seeming, loudness, facts, folder=out, seconds=seconds))
    return {"properties": {"loudness": loudness.integrated}, "renditions": made}


def _even(
    path: Path, seeming: str, loudness: Loudness, facts: dict[str, Any], *, folder: Path, seconds: float
) -> dict[str, Any]:
    """In the format of the copy that there is already, whose place it takes."""
    name, media_type = audio.copy_name(seeming=seeming, codec=facts["audio_codec"])
    rate = "96k" if facts["channels"] == 1 else "160k"
    coding = ["-c:a", "aac", "-f", "mp4", "-movflags", "+faststart"]
    if media_type == "audio/mpeg":
        coding = ["-c:a", "libmp3lame", "-id3v2_version", "0", "-write_id3v1", "0"]
    options = [*_ALONE, "-af", loudness.filters, *coding, "-b:a", rate]
    media.convert(source=path, media_type=seeming, target=folder / name, options=options, seconds=seconds)
    return {"name": name, "purpose": "download", "media_type": media_type}


def _light(
    path: Path, seeming: str, loudness: Loudness, facts: dict[str, Any], *, folder: Path, seconds: float
) -> dict[str, Any]:
    """Opus (RFC 6716) in Ogg: speech at 32 kbit/s, stereo at 64: a third of the MP3 and not told from it."""
    filters = "aresample=48000" if loudness.fits else loudness.filters
    rate = "32k" if facts["channels"] == 1 else "64k"
    options = [
        *_ALONE,
        "-af",
        filters,
        "-ac",
        str(min(2, facts["channels"])),
        "-c:a",
        "libopus",
        "-b:a",
        rate,
    ]
    options += ["-f", "ogg"]
    target = folder / "light.opus"
    media.convert(source=path, media_type=seeming, target=target, options=options, seconds=seconds)
    return {"name": target.name, "purpose": "stream", "media_type": "audio/ogg"}


_ALONE = ["-map", "0:a:0", "-vn", "-dn", "-sn"]
