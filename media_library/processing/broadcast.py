"""The copy for radio and loudspeaker stations: −23 LUFS, 48 kHz, MP3. Runs in the sandbox, without Django.

EBU R 128 (2023): programme loudness −23.0 LUFS (± 0.5 LU where the exact value is not practical), true peaks at
most −1 dBTP, reached by moving the whole by one gain. Only peaks that this would lift too high are held by a
limiter, which looks at 192 kHz, so that it sees what lies between the samples. What comes out is measured, and
the gain corrected. Format and figures: docs/decisions/0139.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media_library.processing import audio, loudness, progress
from media_library.processing import container as media
from media_library.processing.refusal import Refusal

TARGET = -23.0
"""LUFS."""
NEAR = 0.2
"""LU by which the copy may differ; R 128 allows 0.5."""
PEAK = -2.0
"""dBTP above which the limiter takes hold: one below R 128's, for what coding adds."""
TRIES = 4
"""Times that the gain is corrected; one is enough but where a limiter takes hold often."""
_SILENT = -70.0
_RATES = {1: "160k", 2: "320k"}


def render(source: str, folder: str) -> dict[str, Any]:
    """``broadcast.mp3`` in ``folder``; nothing of a sound that is silent."""
    path = Path(source)
    seeming = audio.seeming_of(path)
    with media.opened(source, media_type=seeming) as container:
        stream = media.sound_stream(container)
        if stream is None:
            raise Refusal("no_sound")
        channels, duration = min(2, stream.codec_context.channels), media.duration_of(container)
    seconds = 120 + 4 * duration
    heard = loudness.measured(path, media_type=seeming, seconds=seconds)
    if not heard.integrated > _SILENT:
        return {"properties": {}, "renditions": []}
    target, gain = Path(folder) / "broadcast.mp3", TARGET - heard.integrated
    for attempt in range(1, TRIES + 1):
        coding = ["-ac", str(channels), "-c:a", "libmp3lame", "-b:a", _RATES[channels]]
        options = ["-map", "0:a:0", "-vn", "-dn", "-sn", "-af", _filters(gain, peak=heard.peak), *coding]
        options += ["-id3v2_version", "0", "-write_id3v1", "0"]
        media.convert(source=path, media_type=seeming, target=target, options=options, seconds=seconds)
        progress.say(attempt / (TRIES + 1))
        told = loudness.measured(target, media_type="audio/mpeg", seconds=seconds)
        if abs(told.integrated - TARGET) <= NEAR:
            break
        gain += TARGET - told.integrated
    about = {"name": target.name, "purpose": "broadcast", "media_type": "audio/mpeg"}
    return {"properties": {}, "renditions": [about]}


def _filters(gain: float, *, peak: float) -> str:
    """One gain for the whole; a limiter only where a true peak would come out too high."""
    moved = f"volume={gain:.2f}dB"
    if peak + gain <= PEAK:
        return f"{moved},aresample=48000"
    limit = 10 ** (PEAK / 20)
    return (
        f"{moved},aresample=192000,alimiter=level=false:limit={limit:.4f}:attack=5:release=80,aresample=48000"
    )
