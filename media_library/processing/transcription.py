"""A recogniser's draft of what is said, by a command of the operator's. Runs in the sandbox; needs no Django.

The command gets sound that we made (WAV, 16 kHz, one channel), never the upload itself, and leaves WebVTT or SRT.
"""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from media_library.processing import audio, caption, progress, video
from media_library.processing import container as media
from media_library.processing.refusal import Refusal
from media_library.processing.zygote import die_with_parent


def draft(source: str, folder: str, film: bool, command: list[str], language: str, seconds: float) -> Any:
    """The cues that ``command`` hears in ``source``. Raises :class:`Refusal` where it leaves none."""
    out, path = Path(folder), Path(source)
    sound, words = out / "sound.wav", out / "words.vtt"
    seeming = video.seeming_of(path) if film else audio.seeming_of(path)
    options = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le"]
    media.convert(source=path, media_type=seeming, target=sound, options=options, seconds=seconds)
    progress.say(0.1)
    given = {"{sound}": str(sound), "{words}": str(words), "{language}": language}
    call = [_filled(part, given) for part in command]
    ended = subprocess.run(  # noqa: S603 (the operator's own words)
        call,
        cwd=out,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        preexec_fn=die_with_parent,
        check=False,
    )
    if ended.returncode or not words.is_file():
        raise Refusal("not_heard", told=ended.stderr.decode("utf-8", "replace")[-300:])
    cues = caption.parse(caption.decode(words.read_bytes()))
    return {"cues": [asdict(cue) for cue in cues]}


def _filled(part: str, given: dict[str, str]) -> str:
    for place, value in given.items():
        part = part.replace(place, value)
    return part
