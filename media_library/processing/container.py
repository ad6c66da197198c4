"""Sound and film files, opened with PyAV by a named demuxer only. Runs in the sandbox; needs no Django.

The demuxer is named by us, never guessed by the library, and only the ``file`` protocol is open to it: a
playlist in disguise can then name other files as it likes.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
from av.container import InputContainer

from media_library.processing.embedded import from_tags
from media_library.processing.refusal import Refusal
from media_library.processing.zygote import die_with_parent

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
}
LONGEST = 6 * 3600
"""Seconds of film or sound that are taken."""

_OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0", "use_absolute_path": "0"}


@contextlib.contextmanager
def opened(path: str, *, media_type: str) -> Iterator[InputContainer]:
    """The file as a container. Raises :class:`Refusal` (``damaged``, ``truncated``)."""
    demuxer = DEMUXERS[media_type]
    options = _OPTIONS if demuxer == "mov" else {"protocol_whitelist": "file"}
    try:
        with av.open(path, format=demuxer, options=options, metadata_errors="ignore") as container:
            yield container
    except MemoryError:
        raise
    except EOFError as error:
        raise Refusal("truncated") from error
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise Refusal(_why(Path(path), demuxer)) from error


def _why(path: Path, demuxer: str) -> str:
    """An MP4 whose index (``moov``) is missing was cut off: the index is commonly written last."""
    if demuxer != "mov":
        return "damaged"
    with path.open("rb") as file:
        at, size = 0, path.stat().st_size
        while at + 8 <= size:
            file.seek(at)
            header = file.read(16)
            length, name = int.from_bytes(header[:4]), header[4:8]
            if length == 1:
                length = int.from_bytes(header[8:16])
            if name == b"moov":
                return "damaged" if at + length <= size else "truncated"
            if length < 8:
                return "damaged"
            at += length
    return "truncated"


def duration_of(container: InputContainer) -> float:
    """Seconds; 0 where the file does not say."""
    return round(container.duration / av.time_base, 3) if container.duration else 0.0


def check_whole(container: InputContainer, *, duration: float) -> None:
    """Raise :class:`Refusal` (``truncated``) where the end that the header promises is not there.

    Looks at the last tenth only, so it costs the same for a long film.
    """
    if duration > LONGEST:
        raise Refusal("too_long", limit=LONGEST // 3600)
    streams = [s for s in container.streams if s.type in ("audio", "video") and not _is_cover(s)]
    if not streams or duration < 1:
        return
    try:
        container.seek(int(duration * 0.9 * av.time_base))
        # All of them: the picture of a film may end some seconds before its sound.
        reached = max((_end_of(packet) for packet in container.demux(*streams)), default=0.0)
    except (av.FFmpegError, EOFError):
        reached = 0.0
    if reached < 0.9 * duration - 0.5:
        raise Refusal("truncated")


def _end_of(packet: Any) -> float:
    if packet.pts is None or packet.size == 0:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def film_stream(container: InputContainer) -> Any:
    """The first moving picture (an embedded cover is none), or None."""
    return next((stream for stream in container.streams.video if not _is_cover(stream)), None)


def sound_stream(container: InputContainer) -> Any:
    return next(iter(container.streams.audio), None)


def cover_stream(container: InputContainer) -> Any:
    return next((stream for stream in container.streams.video if _is_cover(stream)), None)


def chapters_of(container: InputContainer) -> list[dict[str, Any]]:
    """Chapters that the file itself carries: start in seconds, title."""
    return [
        {
            "start": round(float(chapter["start"] * chapter["time_base"]), 3),
            "title": str(chapter["metadata"].get("title", ""))[:200],
        }
        for chapter in container.chapters()[:200]
        if chapter["time_base"] is not None
    ]


def told_by(container: InputContainer, *streams: Any) -> dict[str, Any]:
    """What the tags of the file, then of ``streams``, say of it, as ``{"embedded": …}``; else empty."""
    told = from_tags(
        container.metadata, *(stream.metadata for stream in streams), demuxer=container.format.name
    )
    return {"embedded": told} if told else {}


CLEAN = [
    *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-threads", "2"),
]
"""Options of an output: none of the source's metadata and chapters, nothing about the program."""


def source_options(path: Path, media_type: str) -> list[str]:
    """``path`` as an input of ffmpeg: its demuxer is named, and it can name no other address."""
    return ["-protocol_whitelist", "file,pipe", "-f", DEMUXERS[media_type], "-i", f"file:{path}"]


def convert(*, source: Path, media_type: str, target: Path, options: list[str], seconds: float) -> None:
    """Run ffmpeg over ``source``, without its metadata, chapters and data streams.

    ``options`` say which streams and how they are coded. Raises :class:`Refusal` (``damaged``) when it fails.
    """
    arguments = [*source_options(source, media_type), *options, *CLEAN, f"file:{target}"]
    told = ffmpeg(arguments, folder=target.parent, seconds=seconds)
    if not target.is_file() or not target.stat().st_size:
        raise Refusal("damaged", told=told[-300:])


def ffmpeg(
    arguments: list[str],
    *,
    folder: Path,
    seconds: float,
    level: str = "error",
    reached: Callable[[float], None] | None = None,
) -> str:
    """Run ffmpeg in ``folder`` and return what it said on standard error.

    ``seconds`` is how long it may take; ``reached`` is called with the second of the film it has come to.
    Raises :class:`Refusal` (``damaged``) when it fails, MemoryError, :class:`subprocess.TimeoutExpired`.
    """
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-nostats", "-y"]
    command += ["-loglevel", level, "-progress", "pipe:1", *arguments]
    with tempfile.TemporaryFile(dir=folder) as errors:
        process = subprocess.Popen(  # noqa: S603 (our own words; the file is an argument of its own)
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            preexec_fn=die_with_parent,
        )
        late = _follow(process, seconds=seconds, reached=reached)
        errors.seek(0)
        told = errors.read().decode("utf-8", "replace")
    if late:
        raise subprocess.TimeoutExpired(command[0], seconds)
    if process.returncode == 0:
        return told
    if "Cannot allocate memory" in told:
        raise MemoryError
    raise Refusal("damaged", told=told[-300:])


def _follow(
    process: subprocess.Popen[bytes], *, seconds: float, reached: Callable[[float], None] | None
) -> bool:
    """Read its progress until it ends; whether it had to be killed for taking too long."""
    killed = threading.Event()

    def kill() -> None:
        killed.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        with process:
            for line in process.stdout or ():
                name, _sign, value = line.strip().partition(b"=")
                if reached and name == b"out_time_us" and value.lstrip(b"-").isdigit():
                    reached(max(0, int(value)) / 1_000_000)
    finally:
        timer.cancel()
    return killed.is_set()
