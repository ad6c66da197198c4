"""Marks the found words in the text as it was written, for every engine alike.

Words are compared by their keys, whose positions are those of the text (:mod:`search.text`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search import text
from search.engines.contract import Document
from search.query import Query
from search.results import Highlights, Spoken
from search.text import Token

SNIPPET = 180
"""Characters of a snippet, roughly."""
ELLIPSIS = "…"
_JOINED = re.compile(r"[\s/–-]*")


class _Passage(NamedTuple):
    worth: float
    where: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a result shows of a document for a question."""

    highlights: Highlights
    spoken: Spoken | None
    page: int | None


def found_in(document: Document, query: Query) -> Found:
    """Marked title and best snippet; the cue or page where the words stand, if nowhere better."""
    marker = Marker(query)
    title = marker.mark(document.title)
    if query.empty:
        return Found(Highlights(title, SafeString("")), None, None)
    told = marker.worth([document.title, document.summary, *document.keywords])
    spoken = marker.best([(n, _around(document, n)) for n in range(len(document.cues))], "cue")
    page = marker.best(list(enumerate(document.pages)), "page")
    body = marker.best(list(enumerate((*document.text_alternative, *document.body, *document.alt))), "body")
    summary = marker.best([(0, document.summary)], "summary")
    best = max((summary, body, page, spoken), key=lambda one: one.worth)
    snippet = marker.snippet(best.text) if best.worth else SafeString("")
    return Found(
        Highlights(title, snippet),
        marker.spoken(document, spoken) if spoken.worth > max(told, body.worth, page.worth) else None,
        page.number + 1 if page.worth > max(told, body.worth) and page.worth >= spoken.worth else None,
    )


def _around(document: Document, number: int) -> str:
    """A cue with the one after it: sentences run over the edge of cues."""
    return " ".join(cue.text for cue in document.cues[number : number + 2])


class Marker:
    """Finds the words of one question in texts."""

    def __init__(self, query: Query) -> None:
        self.exact = {token.exact for token in query.tokens if token.marked}
        bare = {token.folded for token in query.tokens if not token.marked}
        others = [token for wording in query.wordings[1:] for token in wording.tokens]
        self.folded = bare
        self.other_runs = {
            wording_keys(wording.tokens) for unit in query.units for wording in unit.wordings[1:]
        }
        self.pairs = {*text.pairs([token.folded for token in query.tokens], joint="_")}
        self.loose = {token.folded for token in query.tokens}
        self.rare = {token.folded for token in others}

    def spans(self, line: str, found: Sequence[Token]) -> list[tuple[int, int]]:
        """Positions of found words in ``line``; neighbours within a sentence become one span."""
        hits = self._hits(found)
        spans: list[tuple[int, int]] = []
        last = -2
        for position in hits:
            token = found[position]
            if position == last + 1 and _JOINED.fullmatch(line, found[last].end, token.start):
                spans[-1] = (spans[-1][0], token.end)
            else:
                spans.append((token.start, token.end))
            last = position
        return spans

    def _hits(self, found: Sequence[Token]) -> list[int]:
        """Places of typed words (with their marks where typed so) and of whole other wordings."""
        hits = {
            n for n, token in enumerate(found) if token.exact in self.exact or token.folded in self.folded
        }
        for run in self.other_runs:
            for start in range(len(found) - len(run) + 1):
                if all(found[start + n].folded == key for n, key in enumerate(run)):
                    hits.update(range(start, start + len(run)))
        if not hits:
            hits = {n for n, token in enumerate(found) if token.folded in self.loose}
        return sorted(hits)

    def mark(self, line: str) -> SafeString:
        """``line`` as safe HTML with every found word in ``<mark>``."""
        return _marked(line, self.spans(line, text.tokens(line)), 0, len(line))

    def worth(self, lines: Iterable[str]) -> float:
        """How much of the question ``lines`` hold: different words, and pairs of them twice."""
        return self._worth([token for line in lines for token in text.tokens(line)])

    def _worth(self, found: Sequence[Token]) -> float:
        if not found:
            return 0.0
        hits = self._hits(found)
        keys = [found[position].folded for position in hits]
        together = {
            pair
            for position, after in itertools.pairwise(hits)
            if after == position + 1
            and (pair := f"{found[position].folded}_{found[after].folded}") in self.pairs
        }
        return len(set(keys)) + 2.0 * len(together)

    def best(self, texts: Sequence[tuple[int, str]], where: str) -> _Passage:
        """The text that holds most of the question, the first among equals."""
        passages = [_Passage(self.worth([one]), where, number, one) for number, one in texts]
        return max(passages, key=lambda one: one.worth, default=_Passage(0.0, where, 0, ""))

    def snippet(self, passage: str) -> SafeString:
        """The part of ``passage`` with most of the question, cut between words."""
        found = text.tokens(passage)
        if len(passage) <= SNIPPET:
            return _marked(passage, self.spans(passage, found), 0, len(passage))
        start, end = self._window(found, len(passage))
        marked = _marked(passage, self.spans(passage, found), start, end)
        before = ELLIPSIS if start else ""
        after = ELLIPSIS if end < len(passage) else ""
        return mark_safe(f"{before}{marked}{after}")

    def _window(self, found: Sequence[Token], length: int) -> tuple[int, int]:
        hits = self._hits(found)
        best, at = -1.0, 0
        for position in hits:
            inside = [n for n in hits if 0 <= found[n].start - found[position].start < SNIPPET - 40]
            worth = self._worth([found[n] for n in range(position, inside[-1] + 1)])
            if worth > best:
                best, at = worth, position
        if not hits:
            return 0, min(length, SNIPPET)
        first = at
        while first > 0 and found[at].start - found[first - 1].start <= 40:
            first -= 1
        start = 0 if first == 0 else found[first].start
        last = first
        while last + 1 < len(found) and found[last + 1].end - start <= SNIPPET:
            last += 1
        return start, length if last == len(found) - 1 else found[last].end

    def spoken(self, document: Document, passage: _Passage) -> Spoken:
        """The cue of ``passage``, or the one after where that alone holds the words."""
        number = passage.number
        cue = document.cues[number]
        if self.worth([cue.text]) == 0 and number + 1 < len(document.cues):
            cue = document.cues[number + 1]
            return Spoken(cue.start, cue.text, self.mark(cue.text))
        return Spoken(cue.start, passage.text, self.mark(passage.text))


def wording_keys(found: Iterable[Token]) -> tuple[str, ...]:
    """Folded keys of a run of tokens."""
    return tuple(token.folded for token in found)


def _marked(line: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> SafeString:
    """``line[start:end]`` escaped, with ``spans`` (places in ``line``) in ``<mark>``."""
    parts, done = [], start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        parts += [escape(line[done:first]), f"<mark>{escape(line[first:last])}</mark>"]
        done = last
    return mark_safe("".join([*parts, escape(line[done:end])]))
