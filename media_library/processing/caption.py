"""Captions: WebVTT and SRT read leniently, written as plain WebVTT. Runs in the sandbox; needs no Django.

What is written has no style block, no region, no position, no markup but what was text: a caption file is
shown on every agency's site and must not carry anything there (W3C WebVTT, section 4).
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_library.processing.refusal import Refusal

MAX_CUES = 50_000
_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]{4,14}>|\{\\[^{}]{0,100}\}")


@dataclass(frozen=True)
class Cue:
    """Words from ``start`` to ``end``, in seconds."""

    start: float
    end: float
    text: str


def inspect(path: str, seeming: str) -> dict[str, Any]:
    """Read it. Raises :class:`Refusal` (``caption_encoding``, ``caption_empty``)."""
    cues = parse(decode(Path(path).read_bytes()))
    return {"media_type": seeming, "duration": max(cue.end for cue in cues)}


def render(source: str, folder: str) -> dict[str, Any]:
    """Write ``captions.vtt`` in ``folder``; the cues are what search and the transcript show."""
    cues = parse(decode(Path(source).read_bytes()))
    (Path(folder) / "captions.vtt").write_text(serialise(cues), encoding="utf-8", newline="\n")
    return {
        "duration": max(cue.end for cue in cues),
        "extracted": {"cues": [asdict(cue) for cue in cues]},
        "renditions": [{"name": "captions.vtt", "purpose": "caption", "media_type": "text/vtt"}],
    }


def decode(content: bytes) -> str:
    """UTF-8, or UTF-16 with its mark; other encodings of Vietnamese cannot be told apart safely."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("caption_encoding") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> list[Cue]:
    """The cues of a WebVTT or SRT text, by their start. Raises :class:`Refusal` where there is none."""
    cues = [cue for block in _blocks(text) if (cue := _cue(block.split("\n")))]
    if not cues or len(cues) > MAX_CUES:
        raise Refusal("caption_empty" if not cues else "too_much")
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def unreadable(text: str) -> list[str]:
    """First lines of what is meant as a cue but is none: times that cannot be read, an end before its start."""
    blocks = [block.strip().split("\n") for block in _blocks(text) if "-->" in block]
    return [lines[0][:80] for lines in blocks if _cue(lines) is None and not lines[0].startswith("NOTE")]


def _blocks(text: str) -> list[str]:
    return re.split(r"\n[ \t]*\n+", text)


def serialise(cues: list[Cue]) -> str:
    """WebVTT in UTF-8: times and text, escaped, nothing else."""
    blocks = [
        f"{clock(cue.start)} --> {clock(cue.end)}\n{html.escape(cue.text, quote=False)}" for cue in cues
    ]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _cue(lines: list[str]) -> Cue | None:
    for number, line in enumerate(lines[:3]):
        match = _TIMES.fullmatch(line)
        if match:
            start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
            words = _words(lines[number + 1 :])
            return Cue(start, end, words) if words and end > start else None
    return None


def _words(lines: list[str]) -> str:
    """Text without markup, entities resolved, no control characters, NFC; never an arrow or an empty line."""
    text = html.unescape(_TAG.sub("", "\n".join(lines)))
    text = unicodedata.normalize("NFC", text).replace("-->", "→")
    kept = "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    shown = [" ".join(line.split()) for line in kept.split("\n")]
    return "\n".join(line for line in shown if line)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "0").ljust(3, "0"))) / 1000


def clock(seconds: float) -> str:
    """``hh:mm:ss.ttt``, as WebVTT writes times."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{thousandths:03d}"


def read(source: str) -> dict[str, Any]:
    """The cues of the file ``source``, for an editor. Raises :class:`Refusal` as :func:`parse`."""
    return {"cues": [asdict(cue) for cue in parse(decode(Path(source).read_bytes()))]}


def shifted(cues: list[Cue], seconds: float) -> list[Cue]:
    """All cues later by ``seconds``, or sooner; what would lie before the beginning is cut there or left out."""
    moved = [Cue(max(0.0, cue.start + seconds), cue.end + seconds, cue.text) for cue in cues]
    return [cue for cue in moved if cue.end > cue.start]
