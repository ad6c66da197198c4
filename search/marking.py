"""Finds the words of one question in texts, by their keys, and marks them as they are written.

Positions in a key are positions in the text (:mod:`search.text`), so one pattern over the folded text finds
every form of a word without cutting the whole text into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search import text
from search.query import Query

MOST_FOUND = 400
"""Places of one text that are looked at."""
_BETWEEN = re.compile(r"[\W_]*")
_JOINED = re.compile(r"[\s/–-]*")
_I_FOR_Y = re.compile(r"(h|k|l|m|s|t|v|qu)i")


class Place(NamedTuple):
    """A word of the question within a text."""

    start: int
    end: int
    folded: str


class Marker:
    """The words of one question, ready to be found in many texts."""

    def __init__(self, query: Query) -> None:
        typed = query.tokens
        self.exact = {token.exact for token in typed if token.marked}
        self.bare = {token.folded for token in typed if not token.marked}
        self.typed = {token.folded for token in typed}
        self.pairs = {*text.pairs([token.folded for token in typed], joint="_")}
        self.runs = {
            tuple(token.folded for token in wording.tokens)
            for unit in query.units
            for wording in unit.wordings[1:]
            if wording.tokens
        }
        for run in self.runs:
            self.pairs.update(text.pairs(run, joint="_"))
        keys = sorted(self.typed | {key for run in self.runs for key in run}, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_pattern, keys))) if keys else None
        # The same few words, and a title or a summary several times over, in every text of a page of results.
        self._key_of: dict[str, str] = {}
        self._is_typed: dict[str, bool] = {}
        self._known: dict[str, list[Place]] = {}

    def places(self, line: str) -> list[Place]:
        """Typed words (with their marks where typed so) and whole other wordings, in order.

        Where none is written with the typed marks, other marks do. A word that stands beside its neighbour
        of the question somewhere is not told where it stands alone.
        """
        if line not in self._known:
            self._known[line] = self._places(line)
        return self._known[line]

    def _places(self, line: str) -> list[Place]:
        if self.pattern is None:
            return []
        found = self._found(text.fold(line))
        if not found:
            return []
        chosen = {n for n, place in enumerate(found) if self._as_typed(line, place)}
        chosen |= self._whole_runs(line, found)
        chosen = chosen or {n for n, place in enumerate(found) if place.folded in self.typed}
        return self._together(line, [found[n] for n in sorted(chosen)])

    def _found(self, folded: str) -> list[Place]:
        """Whole words of ``folded`` with one of the keys.

        What stands before a match is asked here: a pattern that begins with letters is searched much faster.
        """
        assert self.pattern is not None
        whole = (one for one in self.pattern.finditer(folded) if _begins(folded, one.start()))
        return [Place(*one.span(), self._key(one.group())) for one in islice(whole, MOST_FOUND)]

    def _key(self, written: str) -> str:
        """The key of a word of folded text."""
        if written not in self._key_of:
            self._key_of[written] = text.tokens(written)[0].folded
        return self._key_of[written]

    def _as_typed(self, line: str, place: Place) -> bool:
        if place.folded in self.bare:
            return True
        written = line[place.start : place.end]
        if written not in self._is_typed:
            read = text.tokens(written)
            self._is_typed[written] = bool(read) and read[0].exact in self.exact
        return self._is_typed[written]

    def _whole_runs(self, line: str, found: Sequence[Place]) -> set[int]:
        whole: set[int] = set()
        for run in self.runs:
            for start in range(len(found) - len(run) + 1):
                part = found[start : start + len(run)]
                if tuple(place.folded for place in part) == run and _adjacent(line, part):
                    whole.update(range(start, start + len(run)))
        return whole

    def _together(self, line: str, found: list[Place]) -> list[Place]:
        beside = [
            n
            for n, (one, other) in enumerate(pairwise(found))
            if f"{one.folded}_{other.folded}" in self.pairs and _adjacent(line, (one, other))
        ]
        if not beside:
            return found
        within = {n for first in beside for n in (first, first + 1)}
        keys = {found[n].folded for n in within}
        return [place for n, place in enumerate(found) if n in within or place.folded not in keys]

    def worth(self, line: str, places: Sequence[Place] | None = None) -> float:
        """How much of the question ``line`` (or ``places`` of it) holds: words, and pairs of them twice."""
        found = self.places(line) if places is None else places
        together = {
            pair
            for one, other in pairwise(found)
            if (pair := f"{one.folded}_{other.folded}") in self.pairs and _adjacent(line, (one, other))
        }
        return len({place.folded for place in found}) + 2.0 * len(together)

    def mark(self, line: str) -> SafeString:
        """``line`` as safe HTML with every found word in ``<mark>``."""
        return marked(line, self.places(line), 0, len(line))


def marked(line: str, places: Iterable[Place], start: int, end: int) -> SafeString:
    """``line[start:end]`` escaped, with ``places`` in ``<mark>``; neighbours share one."""
    parts, done = [], start
    for first, last in _spans(line, places):
        if start <= first and last <= end:
            parts += [escape(line[done:first]), f"<mark>{escape(line[first:last])}</mark>"]
            done = last
    return mark_safe("".join([*parts, escape(line[done:end])]))


def _spans(line: str, places: Iterable[Place]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and _JOINED.fullmatch(line, spans[-1][1], place.start):
            spans[-1] = (spans[-1][0], place.end)
        else:
            spans.append((place.start, place.end))
    return spans


def _adjacent(line: str, places: Sequence[Place]) -> bool:
    return all(_BETWEEN.fullmatch(line, one.end, other.start) is not None for one, other in pairwise(places))


def _begins(folded: str, start: int) -> bool:
    """Whether a word begins at ``start``: letters and digits part."""
    if start == 0:
        return True
    before, first = folded[start - 1], folded[start]
    return not (before.isdecimal() if first.isdecimal() else before.isalpha())


def _pattern(key: str) -> str:
    """A key to the end of a word as it may stand in folded text: with y for i, with zeros before."""
    if key.isdigit():
        return rf"0*{re.escape(key)}(?!\d)"
    written = re.escape(key)
    if _I_FOR_Y.fullmatch(key):
        written = f"{re.escape(key[:-1])}[iy]"
    return rf"{written}(?![^\W\d_])"
