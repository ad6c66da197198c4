"""A question, understood: its words, quoted phrases, and what else would say the same.

Independent of any engine. A *unit* is what the reader means by one thing: a syllable, or a run of syllables
of the vocabulary with its other wordings. How many units a document must have is :func:`required`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search import text
from search.text import Token
from search.vocabulary import Meaning, Vocabulary, current

MOST_WORDS = 48
"""Syllables of a question that are used."""
MARKED_SHARE = 0.4
"""From this share of marked syllables on, an unmarked one is taken to be meant so ("nam", not "năm").

Vietnamese text has about three marked syllables in four; a question typed half without marks has fewer.
"""
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Wording:
    """Consecutive tokens that say one thing."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Wordings of one thing, the typed one first."""

    wordings: tuple[Wording, ...]

    @property
    def typed(self) -> Wording:
        return self.wordings[0]


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a question. Empty without :attr:`units` and :attr:`phrases`."""

    text: str = ""
    tokens: tuple[Token, ...] = ()
    units: tuple[Unit, ...] = ()
    phrases: tuple[Wording, ...] = ()

    @classmethod
    def parse(cls, q: str, *, vocabulary: Vocabulary | None = None) -> Query:
        """Understand ``q``; what it says in quotation marks must be found as it stands."""
        line = text.canonical(q)
        found = tuple(text.tokens(line)[:MOST_WORDS])
        quoted = [span.span(1) for span in _QUOTED.finditer(line)]
        phrases = tuple(
            Wording(inside)
            for start, end in quoted
            if (inside := tuple(one for one in found if start <= one.start and one.end <= end))
        )
        units = tuple(_units(found, vocabulary or current()))
        return cls(text=line, tokens=found, units=units, phrases=phrases)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.tokens

    @property
    def marked(self) -> bool:
        """Whether any syllable was typed with a mark."""
        return any(token.marked for token in self.tokens)

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """The typed words in one run, then every other wording."""
        others = (wording for unit in self.units for wording in unit.wordings[1:])
        return (Wording(self.tokens), *others) if self.tokens else ()

    @property
    def folded_words(self) -> list[str]:
        """Folded keys of all wordings, each once, in order."""
        return _once(token.folded for wording in self.wordings for token in wording.tokens)

    @property
    def exact_words(self) -> list[str]:
        """Exact keys to look for beside the folded ones: only what was typed with marks, or among them.

        An exact key of a word typed without its marks would find the rare words that truly have none.
        """
        if not self.marked:
            return []
        letters = [token for token in self.tokens if not token.folded.isdigit()]
        share = sum(token.marked for token in letters) / max(1, len(letters))
        chosen = [
            token
            for position, wording in enumerate(self.wordings)
            for token in wording.tokens
            if position or share >= MARKED_SHARE or token.marked
        ]
        return _once(token.exact for token in chosen)

    @property
    def folded_pairs(self) -> list[str]:
        """Neighbouring folded keys within each wording, joined by ``_``."""
        return _once(
            pair
            for wording in self.wordings
            for pair in text.pairs([token.folded for token in wording.tokens], joint="_")
        )


def required(units: int) -> int:
    """How many of ``units`` a hit must have: all of two, then 75, 40 and 25 % from 3, 6 and 10 on.

    Measured as a filter on the hit set in Elasticsearch's notation ``2<75% 5<40% 9<25%``.
    """
    for above, share in ((9, 25), (5, 40), (2, 75)):
        if units > above:
            return units * share // 100
    return units


def _units(found: Sequence[Token], vocabulary: Vocabulary) -> Iterator[Unit]:
    position = 0
    while position < len(found):
        length, meaning = _longest(found, position, vocabulary)
        typed = Wording(tuple(found[position : position + length]))
        others = (Wording(tuple(text.tokens(text.canonical(one)))) for one in meaning.wordings)
        yield Unit((typed, *others))
        position += length


def _longest(found: Sequence[Token], position: int, vocabulary: Vocabulary) -> tuple[int, Meaning]:
    for length in range(min(vocabulary.longest, len(found) - position), 0, -1):
        keys = tuple(token.folded for token in found[position : position + length])
        meaning = vocabulary.meanings.get(keys)
        if meaning and _applies(meaning, found, position, length):
            return length, meaning
    return 1, Meaning(())


def _applies(meaning: Meaning, found: Sequence[Token], position: int, length: int) -> bool:
    before = found[position - 1].folded if position else ""
    after = found[position + length].folded if position + length < len(found) else ""
    written = found[position : position + length]
    if any(token.marked for token in written) and len(written) == 1 and not _marks_agree(meaning, written[0]):
        return False
    return after not in meaning.not_before and before not in meaning.not_after


def _marks_agree(meaning: Meaning, token: Token) -> bool:
    """A single marked syllable calls only an abbreviation written with that mark (CĐS, not cds)."""
    return "đ" in token.exact and token.exact.replace("đ", "d") == token.folded


def _once(keys: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(keys))
