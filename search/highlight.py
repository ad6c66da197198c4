"""What a result shows of a document for a question: marked title, best snippet, second or page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from search.engines.contract import Document
from search.marking import Marker, Place, marked
from search.results import Highlights, Spoken

SNIPPET = 180
"""Characters of a snippet, roughly."""
BEFORE = 40
"""Characters before the first found word, at most."""
ELLIPSIS = "…"
_SPACE = re.compile(r"\s")


class Passage(NamedTuple):
    """A text of the document, its number among its like, and how much of the question it holds."""

    worth: float
    number: int
    text: str


NOTHING = Passage(0.0, 0, "")


@dataclass(frozen=True, slots=True)
class Found:
    """See :class:`search.results.SearchResult`."""

    highlights: Highlights
    spoken: Spoken | None = None
    page: int | None = None


def found_in(document: Document, marker: Marker) -> Found:
    """Marked title and best snippet; the second or the page where the words stand, if nowhere better."""
    title = marker.mark(document.title)
    if marker.pattern is None:
        return Found(Highlights(title, SafeString("")))
    told = marker.worth(" · ".join((document.title, document.summary, *document.keywords)))
    summary = _best(marker, [document.summary])
    body = _best(marker, (*document.text_alternative, *document.body, *document.alt))
    page = _best(marker, document.pages)
    cue = _best_cue(marker, document)
    best = max((summary, body, page, cue), key=lambda one: one.worth)
    elsewhere = max(told, body.worth)
    return Found(
        Highlights(title, snippet(marker, best.text) if best.worth else SafeString("")),
        spoken=_spoken(marker, document, cue) if cue.worth > max(elsewhere, page.worth) else None,
        page=page.number + 1 if page.worth > elsewhere and page.worth >= cue.worth else None,
    )


def _best(marker: Marker, texts: Sequence[str]) -> Passage:
    """The text that holds most of the question, the first among equals."""
    passages = (Passage(marker.worth(one), number, one) for number, one in enumerate(texts))
    return max(passages, key=lambda one: one.worth, default=NOTHING)


def _best_cue(marker: Marker, document: Document) -> Passage:
    """The cue that, with the one after it, holds most: sentences run over the edge of cues."""
    cues = document.cues
    line = " ".join(cue.text for cue in cues)
    starts = [*accumulate((len(cue.text) + 1 for cue in cues), initial=0)]
    places = marker.places(line)
    best = NOTHING
    for number in sorted({bisect_right(starts, place.start) - 1 for place in places}):
        end = starts[min(number + 2, len(cues))]
        worth = marker.worth(line, [place for place in places if starts[number] <= place.start < end])
        if worth > best.worth:
            best = Passage(worth, number, " ".join(cue.text for cue in cues[number : number + 2]))
    return best


def _spoken(marker: Marker, document: Document, passage: Passage) -> Spoken:
    """The cue of ``passage``, with the one after it only where that adds words of the question."""
    cue = document.cues[passage.number]
    alone = marker.worth(cue.text) >= passage.worth
    words = cue.text if alone else passage.text
    return Spoken(cue.start, words, marker.mark(words))


def snippet(marker: Marker, passage: str) -> SafeString:
    """The part of ``passage`` with most of the question, cut between words, on one line."""
    line = _SPACE.sub(" ", passage)
    places = marker.places(line)
    start, end = _window(marker, line, places)
    before = ELLIPSIS if start else ""
    after = ELLIPSIS if end < len(line) else ""
    return mark_safe(f"{before}{marked(line, places, start, end)}{after}")


def _window(marker: Marker, line: str, places: Sequence[Place]) -> tuple[int, int]:
    if len(line) <= SNIPPET:
        return 0, len(line)
    best, start = -1.0, 0
    for first, inside in _groups(places):
        worth = marker.worth(line, inside)
        if worth > best:
            best, start = worth, first.start
    start = _cut(line, max(0, start - BEFORE)) if start > BEFORE else 0
    end = start + SNIPPET
    return start, len(line) if end >= len(line) else max(line.rfind(" ", start, end), start + SNIPPET // 2)


def _groups(places: Sequence[Place]) -> Iterator[tuple[Place, Sequence[Place]]]:
    """Each place with those that fit into one snippet after it."""
    last = 0
    for number, first in enumerate(places):
        while last < len(places) and places[last].end <= first.start + SNIPPET - BEFORE:
            last += 1
        yield first, places[number : max(last, number + 1)]


def _cut(line: str, position: int) -> int:
    """The beginning of the first word at or after ``position``, if there is one near."""
    if position == 0 or line[position - 1] == " ":
        return position
    space = line.find(" ", position, position + BEFORE)
    return space + 1 if space >= 0 else position
