"""What makes captions hard to read. Needs no Django.

The limits are those that subtitling houses work with: two lines of at most 42 characters, at most 21 characters a
second. These are warnings: what is said fast is said fast.
"""

from __future__ import annotations

from dataclasses import dataclass

from media_library.processing.caption import Cue

FASTEST = 21.0
"""Characters a second."""
LONGEST_LINE = 42
MOST_LINES = 2
SHORTEST = 0.5
"""Seconds under which nobody reads anything."""
OVERLAPS, FAST, LONG_LINE, MANY_LINES, SHORT, PAST_END = (
    "overlaps",
    "fast",
    "long_line",
    "many_lines",
    "short",
    "past_end",
)


@dataclass(frozen=True)
class Remark:
    """What is wrong with the cue ``number`` (from 1): a code, and the figure that tells how much."""

    number: int
    code: str
    figure: float = 0.0


def remarks(cues: list[Cue], *, duration: float | None = None) -> list[Remark]:
    """All remarks, by cue. ``cues`` in the order of their start; ``duration``: seconds of the film, if known."""
    found: list[Remark] = []
    for number, cue in enumerate(cues, start=1):
        found += [Remark(number, code, round(figure, 1)) for code, figure in _of_one(cue)]
        if number > 1 and cue.start < cues[number - 2].end:
            found.append(Remark(number, OVERLAPS, round(cues[number - 2].end - cue.start, 3)))
        if duration and cue.end > duration + 0.5:
            found.append(Remark(number, PAST_END, round(cue.end - duration, 1)))
    return found


def _of_one(cue: Cue) -> list[tuple[str, float]]:
    lines, seconds = cue.text.split("\n"), cue.end - cue.start
    speed = sum(map(len, lines)) / seconds
    told = [
        (FAST, speed, speed > FASTEST),
        (LONG_LINE, max(map(len, lines)), max(map(len, lines)) > LONGEST_LINE),
        (MANY_LINES, len(lines), len(lines) > MOST_LINES),
        (SHORT, seconds, seconds < SHORTEST),
    ]
    return [(code, figure) for code, figure, holds in told if holds]
