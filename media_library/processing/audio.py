"""Sound: what it is, its cover, the shape of its loudness, a public copy. Runs in the sandbox, without
Django.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy

from media_library.processing import container as media
from media_library.processing.picture import render_file
from media_library.processing.refusal import Refusal

PEAKS = 200
_SAMPLES_A_SECOND = 8000
_COVERS = {"mjpeg", "png", "webp"}


def inspect(path: str, seeming: str) -> dict[str, Any]:
    """Open, decode a first piece, look whether the end is there. Raises :class:`Refusal`."""
    with media.opened(path, media_type=seeming) as container:
        stream = media.sound_stream(container)
        if stream is None:
            raise Refusal("no_sound")
        if media.film_stream(container) is not None:
            return {"media_type": "video/mp4" if seeming == "audio/mp4" else seeming}
        if next(container.decode(stream), None) is None:
            raise Refusal("damaged")
        duration = media.duration_of(container)
        media.check_whole(container, duration=duration)
        facts = facts_of(stream) | media.told_by(container, stream)
    media_type = "audio/mp4" if seeming in ("video/mp4", "video/quicktime") else seeming
    return {"media_type": media_type, "duration": duration, "properties": facts}


def render(source: str, folder: str) -> dict[str, Any]:
    """Make the cover ladder, if there is a cover, and the public copy of ``source`` in ``folder``."""
    out, path = Path(folder), Path(source)
    seeming = seeming_of(path)
    with media.opened(source, media_type=seeming) as container:
        stream = media.sound_stream(container)
        if stream is None:
            raise Refusal("no_sound")
        properties = {**facts_of(stream), "chapters": media.chapters_of(container)}
        cover = _cover(container, folder=out)
        properties["peaks"], heard = _peaks(container, stream)
        duration = media.duration_of(container) or heard
    ladder = _ladder(cover, folder=out)
    copy = _public_copy(path, seeming=seeming, codec=properties["audio_codec"], folder=out, duration=duration)
    return {
        "duration": duration,
        "properties": properties,
        "renditions": [
            *ladder,
            {**copy, "purpose": "download"},
            _waveform(properties["peaks"], duration=duration, folder=out),
        ],
    }


def seeming_of(path: Path) -> str:
    """Which of the containers that we open it is, by its first bytes."""
    from media_library.intake.signature import HEAD, seems

    with path.open("rb") as file:
        found = seems(file.read(HEAD))
    return found if found in media.DEMUXERS else "audio/mpeg"


def facts_of(stream: Any) -> dict[str, Any]:
    """How it is coded."""
    context = stream.codec_context
    return {
        "audio_codec": context.codec.canonical_name,
        "sample_rate": context.sample_rate,
        "channels": context.channels,
    }


def _peaks(container: Any, stream: Any) -> tuple[list[int], float]:
    """The loudest sample of each of 200 equal parts, 0 to 100 of the loudest of all; and seconds heard."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_SAMPLES_A_SECOND)
    loudest: list[int] = []
    for frame in _frames(container, stream):
        for piece in resampler.resample(frame):
            samples = numpy.abs(piece.to_ndarray()[0].astype(numpy.int32))
            whole = (
                samples[: len(samples) // 80 * 80].reshape(-1, 80).max(axis=1) if len(samples) >= 80 else []
            )
            loudest.extend(int(value) for value in whole)
    if not loudest:
        raise Refusal("damaged")
    edges = numpy.linspace(0, len(loudest), PEAKS + 1).astype(int)
    parts = [max(loudest[a : max(b, a + 1)], default=0) for a, b in pairwise(edges)]
    top = max(parts) or 1
    return [round(100 * part / top) for part in parts], round(len(loudest) * 80 / _SAMPLES_A_SECOND, 3)


def _frames(container: Any, stream: Any) -> Any:
    """Every frame that can be decoded; a broken one in between is passed over, as players do."""
    container.seek(0)
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _cover(container: Any, *, folder: Path) -> Path | None:
    """The embedded cover as a file, if it is of a kind that we open; read before the sound."""
    stream = media.cover_stream(container)
    if stream is None or stream.codec_context.name not in _COVERS:
        return None
    packet = next((packet for packet in container.demux(stream) if packet.size), None)
    if packet is None:
        return None
    path = folder / "cover"
    path.write_bytes(bytes(packet))
    return path


def _ladder(cover: Path | None, *, folder: Path) -> list[dict[str, Any]]:
    """A cover that cannot be opened is left out: the sound matters."""
    if cover is None:
        return []
    try:
        renditions: list[dict[str, Any]] = render_file(cover, folder=folder, purpose="poster")["renditions"]
    except Refusal:
        return []
    finally:
        cover.unlink()
    return renditions


def copy_name(*, seeming: str, codec: str) -> tuple[str, str]:
    """Name and media type of the public copy: AAC stays AAC, all else is MP3; both play everywhere."""
    kept = codec == "aac" and seeming != "audio/mpeg"
    return ("media.m4a", "audio/mp4") if kept else ("media.mp3", "audio/mpeg")


def _public_copy(path: Path, *, seeming: str, codec: str, folder: Path, duration: float) -> dict[str, Any]:
    """The sound without tags: as it is for MP3 and AAC, else as MP3."""
    name, media_type = copy_name(seeming=seeming, codec=codec)
    if media_type == "audio/mp4":
        coding = ["-c:a", "copy", "-f", "mp4", "-movflags", "+faststart"]
    else:
        coding = ["-c:a", "copy"] if codec.startswith("mp3") else ["-c:a", "libmp3lame", "-b:a", "160k"]
        coding += ["-id3v2_version", "0", "-write_id3v1", "0"]
    options = ["-map", "0:a:0", "-vn", "-dn", "-sn", *coding]
    seconds = 60 + 4 * duration
    media.convert(source=path, media_type=seeming, target=folder / name, options=options, seconds=seconds)
    return {"name": name, "media_type": media_type}


def _waveform(peaks: list[int], *, duration: float, folder: Path) -> dict[str, Any]:
    """The peaks as JSON in the format of BBC audiowaveform (version 2), which common players read."""
    points = [point for peak in peaks for point in (-peak, peak)]
    told = {
        "version": 2,
        "channels": 1,
        "sample_rate": _SAMPLES_A_SECOND,
        "samples_per_pixel": max(1, round(duration * _SAMPLES_A_SECOND / len(peaks))),
        "bits": 8,
        "length": len(peaks),
        "data": points,
    }
    path = folder / "waveform.json"
    path.write_text(json.dumps(told, separators=(",", ":")), encoding="ascii")
    return {"name": path.name, "purpose": "stream", "media_type": "application/json"}
