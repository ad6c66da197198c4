"""A question, understood: its words, quoted phrases, and what else would say the same.

Independent of any engine. A *unit* is what the reader means by one thing: a syllable, or a run of syllables
of the vocabulary with its other wordings. How many units a document must have is :func:`required`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search import text
from search.text import Token
from search.vocabulary import Meaning, Vocabulary, current

if TYPE_CHECKING:
    from search.engines.contract import Document

MOST_WORDS = 48
"""Syllables of a question that are used."""
LIKE_WORDS = 24
"""Words of a document by which similar ones are sought."""
MARKED_SHARE = 0.4
"""From this share of marked syllables on, an unmarked one is taken to be meant so ("nam", not "năm").

Vietnamese text has about three marked syllables in four; a question typed half without marks has fewer.
"""
ENGLISH_SHARE = 0.15
"""From this share of English function words on, a question without marks is English.

Measured with all of them: it catches 98.3 % of English questions and 2.2 % of Vietnamese ones without
accents; here words that are also Vietnamese syllables (so, can, the, to) count only beside one that is not.
"""
ENGLISH = frozenset(
    [
        *(
            "a",
            "about",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
        ),
        *(
            "does",
            "for",
            "from",
            "had",
            "has",
            "have",
            "how",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "my",
            "not",
        ),
        *("of", "on", "or", "our", "should", "so", "some", "than", "that", "the", "their", "them", "there"),
        *(
            "these",
            "they",
            "this",
            "those",
            "to",
            "us",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
        ),
        *("who", "why", "will", "with", "without", "would", "you", "your"),
    ]
)
"""Function words, which carry no meaning to search for."""
_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)
"""What can be a Vietnamese syllable without its marks; most English words cannot."""
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
    """The words of a question. Empty without :attr:`units` and :attr:`phrases`.

    ``loose``: one of its units makes a hit. ``restored``: :attr:`tokens` with their accents, where the question
    came without; they rank, and are neither required nor shown.
    """

    text: str = ""
    tokens: tuple[Token, ...] = ()
    units: tuple[Unit, ...] = ()
    phrases: tuple[Wording, ...] = ()
    loose: bool = False
    restored: tuple[Token, ...] = ()

    @classmethod
    def like(cls, document: Document) -> Query:
        """What asks for documents with words of this one's title, keywords and topics."""
        line = " ".join((document.title, *document.keywords, *document.topic_labels))
        found = tuple(text.tokens(line)[:LIKE_WORDS])
        units = tuple(Unit((Wording((token,)),)) for token in found)
        return cls(text=line, tokens=found, units=units, loose=True)

    @classmethod
    def parse(cls, q: str, *, vocabulary: Vocabulary | None = None) -> Query:
        """Understand ``q``; what it says in quotation marks must be found as it stands."""
        line = text.canonical(q)
        found = _telling(tuple(text.tokens(line)[:MOST_WORDS]))
        quoted = [span.span(1) for span in _QUOTED.finditer(line)]
        phrases = tuple(
            Wording(inside)
            for start, end in quoted
            if (inside := tuple(one for one in found if start <= one.start and one.end <= end))
        )
        units = tuple(_units(found, vocabulary or current()))
        return cls(text=line, tokens=found, units=units, phrases=phrases)

    def with_accents(self, words: Sequence[str]) -> Query:
        """This question with the exact keys ``words`` for its tokens, where they are the same letters."""
        pairs = zip(self.tokens, words, strict=True)
        restored = (
            token._replace(exact=word) if text.fold(word) == token.folded else token for token, word in pairs
        )
        return replace(self, restored=tuple(restored))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.tokens

    @property
    def marked(self) -> bool:
        """Whether any syllable was typed with a mark."""
        return any(token.marked for token in self.tokens)

    @property
    def english(self) -> bool:
        """Whether it reads as English; see :data:`ENGLISH_SHARE`."""
        return _english(text.tokens(self.text))

    def needed(self, units: int) -> int:
        """How many of ``units`` a hit must have. English finds Vietnamese by a few words of many."""
        if self.loose:
            return min(1, units)
        return min(required(units), max(1, units * 40 // 100)) if self.english else required(units)

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
        written = self.restored or self.tokens
        if not any(token.marked for token in written):
            return []
        letters = [token for token in written if not token.folded.isdigit()]
        share = sum(token.marked for token in letters) / max(1, len(letters))
        typed = (token for token in written if share >= MARKED_SHARE or token.marked)
        others = (token for unit in self.units for wording in unit.wordings[1:] for token in wording.tokens)
        return _once(token.exact for token in (*typed, *others))

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


def _english(found: Sequence[Token]) -> bool:
    if not found or any(token.marked for token in found):
        return False
    foreign = sum(map(_foreign, found))
    function = sum(token.folded in ENGLISH for token in found)
    return foreign * 2 > len(found) or (foreign > 0 and function >= ENGLISH_SHARE * len(found))


def _foreign(token: Token) -> bool:
    """A word with vowels that no Vietnamese syllable is written like."""
    word = token.folded
    return (
        len(word) > 1 and word.isalpha() and bool(set(word) & set("aeiou")) and not _SYLLABLE.fullmatch(word)
    )


def _telling(found: tuple[Token, ...]) -> tuple[Token, ...]:
    """``found`` without the function words of an English question, unless it has no others."""
    if not _english(found):
        return found
    return tuple(token for token in found if token.folded not in ENGLISH) or found


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
    if not _marks_agree(meaning, found[position : position + length]):
        return False
    return after not in meaning.not_before and before not in meaning.not_after


def _marks_agree(meaning: Meaning, typed: Sequence[Token]) -> bool:
    """One or two syllables with a mark call only what is written with it: CĐS, not ái; ba mẹ, not bà mẹ.

    Three in a row are meant so even where a mark is wrong.
    """
    if len(typed) > 2:
        return True
    return any(
        all(key == token.exact for key, token in zip(form, typed, strict=True) if token.marked)
        for form in meaning.written
    )


def _once(keys: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(keys))
