"""The ladder of a film: the same in several sizes, so that a player takes what the line carries.

HLS (RFC 8216) with fragmented MP4. Each rung is one file, with its sound, whose segments the playlist names as
byte ranges. Playlists name rungs by the last part of their public address, which holds the hash of the content
(:mod:`media_library.files.addresses`): they resolve beside the playlist, whatever the resource is called by
then. Runs in the sandbox; needs no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_library.processing import container as media
from media_library.processing import loudness, playlist, progress, storyboard, video
from media_library.processing.refusal import Refusal

RUNGS = {240: 300, 360: 600, 480: 1000, 720: 2200, 1080: 4500}
"""Lines of the short side, and kilobits a second that the picture takes at most."""
_OWN = 1.15
"""A film whose short side is this much above its highest rung gets a rung of its own size."""
_KEY_EVERY, _SEGMENT = 2, 6
"""Seconds between key frames, at the same moments on every rung; seconds of a segment."""
_BEST_COPY = 720


@dataclass(frozen=True)
class Rung:
    """Size in pixels, both even; most kilobits a second."""

    short: int
    width: int
    height: int
    kilobits: int

    @property
    def name(self) -> str:
        return f"h{self.short}"


def rungs_for(width: int, height: int) -> list[Rung]:
    """Lowest first; none larger than the film, upright ones stay upright."""
    short = min(width, height)
    chosen = [lines for lines in RUNGS if lines <= short] or [short]
    if chosen[-1] * _OWN < short < max(RUNGS):
        chosen.append(short)
    return [Rung(lines, *video.reduced(width, height, lines), _kilobits(lines)) for lines in chosen]


def _kilobits(lines: int) -> int:
    return next((most for known, most in RUNGS.items() if lines <= known), RUNGS[max(RUNGS)])


@dataclass(frozen=True)
class Film:
    """What is to be coded; ``rate`` in pictures a second."""

    path: Path
    media_type: str
    facts: dict[str, Any]
    duration: float
    rate: Fraction

    @property
    def seconds(self) -> float:
        """Longest time for one run of ffmpeg over the whole."""
        return 300 + 12 * self.duration


def render(source: str, folder: str) -> dict[str, Any]:
    """Make rungs, playlists, storyboard, and a better public copy where there can be one, in ``folder``."""
    out, film = Path(folder), _looked_at(Path(source))
    rungs = rungs_for(film.facts["width"], film.facts["height"])
    sound, level = _sound(film, folder=out)
    progress.say(0.1)
    _climb(film, rungs, sound, folder=out)
    made = playlist.write([rung.name for rung in rungs], folder=out)
    made += storyboard.draw(out / f"{rungs[0].name}.mp4", duration=film.duration, folder=out)
    made += _better_copy(film, rungs, sound, even=level is None or level.fits, folder=out)
    properties = {} if level is None else {"loudness": level.integrated}
    return {"properties": properties, "renditions": made}


def _looked_at(path: Path) -> Film:
    seeming = video.seeming_of(path)
    with media.opened(str(path), media_type=seeming) as container:
        stream = media.film_stream(container)
        frame = next(container.decode(stream), None) if stream is not None else None
        if frame is None:
            raise Refusal("damaged" if stream is not None else "no_picture")
        facts = video.facts_of(container, stream=stream, frame=frame)
        return Film(path, seeming, facts, media.duration_of(container), _even_rate(stream))


def _even_rate(stream: Any) -> Fraction:
    """One rate for a film whose own may vary: what it mostly is, at most 60; players expect steady ones."""
    for rate in (stream.guessed_rate, stream.average_rate):
        if rate and 1 <= rate <= 60:
            return Fraction(rate).limit_denominator(10_000)
    return Fraction(30)


def _sound(film: Film, *, folder: Path) -> tuple[Path | None, loudness.Loudness | None]:
    """The sound once for all rungs: at one level, beginning with the picture; with what it was before."""
    if film.facts["properties"]["audio_codec"] is None:
        return None, None
    level = loudness.measured(film.path, media_type=film.media_type, seconds=film.seconds)
    progress.say(0.05)
    filters = "aresample=48000:async=1:first_pts=0"
    if not level.fits:
        filters = f"{level.filters},{filters}"
    options = [
        "-map",
        "0:a:0",
        "-vn",
        "-dn",
        "-sn",
        "-af",
        filters,
        "-ac",
        "2",
        "-c:a",
        "aac",
        "-b:a",
        "112k",
    ]
    target = folder / "sound.m4a"
    media.convert(
        source=film.path, media_type=film.media_type, target=target, options=options, seconds=film.seconds
    )
    return target, level


def _climb(film: Film, rungs: list[Rung], sound: Path | None, *, folder: Path) -> None:
    """All rungs from one decode, each scaled from the one above it."""
    arguments = media.source_options(film.path, film.media_type)
    if sound is not None:
        arguments += media.source_options(sound, "audio/mp4")
    arguments += ["-filter_complex", _scaled(rungs, film.rate)]
    for rung in rungs:
        arguments += ["-map", f"[{rung.name}]", *(("-map", "1:a:0", "-c:a", "copy") if sound else ())]
        arguments += [*_coding(rung), *media.CLEAN, *_segments(rung)]
    total = max(film.duration, 0.1)
    media.ffmpeg(
        arguments,
        folder=folder,
        seconds=film.seconds,
        reached=lambda second: progress.say(0.1 + 0.85 * min(1.0, second / total)),
    )


def _scaled(rungs: list[Rung], rate: Fraction) -> str:
    """A chain from the largest to the smallest; rotation is undone by ffmpeg before it."""
    parts, chain = [], f"[0:V:0]fps={rate}:start_time=0,format=yuv420p,"
    for rung in reversed(rungs):
        scale = f"{chain}scale={rung.width}:{rung.height}:flags=bicubic,setsar=1"
        if rung is rungs[0]:
            parts.append(f"{scale}[{rung.name}]")
        else:
            parts.append(f"{scale},split[{rung.name}][under{rung.name}]")
            chain = f"[under{rung.name}]"
    return ";".join(parts)


def _coding(rung: Rung) -> list[str]:
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "23"),
        *("-maxrate", f"{rung.kilobits}k", "-bufsize", f"{2 * rung.kilobits}k"),
        *("-sc_threshold", "0", "-force_key_frames", f"expr:gte(t,n_forced*{_KEY_EVERY})"),
    ]


def _segments(rung: Rung) -> list[str]:
    """Picture and sound keep their times; what lies before the first moment is told by an edit list."""
    return [
        *("-avoid_negative_ts", "disabled"),
        *("-f", "hls", "-hls_time", str(_SEGMENT), "-hls_playlist_type", "vod", "-hls_list_size", "0"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments"),
        *("-hls_segment_filename", f"{rung.name}.mp4", f"{rung.name}.m3u8"),
    ]


def _better_copy(
    film: Film, rungs: list[Rung], sound: Path | None, *, even: bool, folder: Path
) -> list[dict[str, Any]]:
    """The public copy anew where that is better: at its level, or larger than the one that was soon there."""
    target = folder / "media.mp4"
    if video.plays_as_it_is(film.facts["properties"]):
        if even or sound is None:
            return []
        width, height = film.facts["width"], film.facts["height"]
        arguments = [*media.source_options(film.path, film.media_type)]
        arguments += [*media.source_options(sound, "audio/mp4"), "-map", "0:V:0", "-map", "1:a:0"]
    else:
        best = next((rung for rung in reversed(rungs) if rung.short <= _BEST_COPY), rungs[0])
        width, height = best.width, best.height
        arguments = [*media.source_options(folder / f"{best.name}.mp4", "video/mp4"), "-map", "0"]
    arguments += ["-c", "copy", *media.CLEAN, "-movflags", "+faststart", target.name]
    media.ffmpeg(arguments, folder=folder, seconds=film.seconds)
    size = {"width": width, "height": height}
    return [{"name": target.name, "purpose": "download", "media_type": "video/mp4", **size}]
