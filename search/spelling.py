"""Did you mean: accents restored and typing errors mended from the library's own words.

Viterbi over the words and pairs of words of the index (:class:`search.models.Gram`), one component for all
engines. For each typed syllable the candidates are the library's words with the same folded form and, where
the typed one is unknown or rare, those one edit away (a letter too many, too few, wrong, or two exchanged).
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search import text
from search.models import Gram
from search.query import Query
from search.text import Token

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_MENDED = 3
"""Letters of a syllable from which on a typing error is looked for."""
MOST_MENDED = 12
"""Syllables of one question in which typing errors are looked for."""
MOST_CANDIDATES = 8
EDIT = -6.0
"""Log penalty of one edit: a mended word must be about 400 times as likely as what was typed."""
RETYPED = -4.0
"""Log penalty of other marks on a syllable that was typed with marks."""
UNKNOWN = -14.0
"""Log weight of a syllable the library does not have."""
PAIR_SHARE = 0.8
"""Weight of the pair against the word alone (interpolation)."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question put right: as it is shown, and the exact key of each of its tokens.

    ``unknown``: the library has a word of it in no form at all.
    """

    text: str
    words: tuple[str, ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    word: str
    weight: float


def put_right(query: Query) -> Spelling | None:
    """The most likely wording of ``query`` in the library's own words; None where that is what was typed.

    A question in English is left alone: the library has too little of it to know it.
    """
    typed = query.tokens
    if (query.english and len(typed) > 2) or all(token.folded.isdigit() for token in typed):
        return None
    known = _known({token.folded for token in typed})
    near = _near([token for token in typed if _doubtful(token, known)][:MOST_MENDED])
    choices = [_candidates(token, known, near) for token in typed]
    if not any(
        len(choice) > 1 or choice[0].word != token.exact for choice, token in zip(choices, typed, strict=True)
    ):
        return None
    words = _best_path(choices)
    if _same(words, typed):
        return None
    unknown = any(not known.get(token.folded) for token in typed if not token.folded.isdigit())
    return Spelling(_shown(query, words), tuple(words), unknown)


def _same(words: Sequence[str], typed: Sequence[Token]) -> bool:
    return all(word == token.exact for word, token in zip(words, typed, strict=True))


def _known(folded: Collection[str]) -> dict[str, dict[str, int]]:
    """Words of the library by folded form, with their documents."""
    rows = Gram.objects.filter(folded__in=folded).values_list("folded", "text", "documents")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for plain, word, documents in rows:
        found[plain][word] = documents
    return found


def _doubtful(token: Token, known: dict[str, dict[str, int]]) -> bool:
    """Unknown as typed: its letters, or its letters with just these marks."""
    if len(token.folded) < SHORTEST_MENDED or token.folded.isdigit():
        return False
    words = known.get(token.folded, {})
    return token.exact not in words if token.marked else not words


def _near(tokens: Sequence[Token]) -> dict[str, dict[str, int]]:
    """For each folded syllable, the library's words one edit away."""
    edits = {token.folded: _edits(token.folded) for token in tokens}
    wanted = {edit for found in edits.values() for edit in found}
    known = _known(wanted) if wanted else {}
    return {
        folded: {word: n for edit in found & known.keys() for word, n in known[edit].items()}
        for folded, found in edits.items()
    }


def _edits(word: str) -> set[str]:
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    fewer = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in LETTERS}
    more = {left + letter + right for left, right in cuts for letter in LETTERS}
    return {edit for edit in fewer | swapped | other | more if edit and edit != word}


def _candidates(
    token: Token, known: dict[str, dict[str, int]], near: dict[str, dict[str, int]]
) -> list[_Candidate]:
    """What ``token`` may stand for; itself is always among them."""
    if token.folded.isdigit():
        return [_Candidate(token.exact, 0.0)]
    words = known.get(token.folded, {})
    found = {word: _penalty(token, word) + math.log(n) for word, n in words.items()}
    for word, n in near.get(token.folded, {}).items():
        found[word] = max(found.get(word, -math.inf), EDIT + math.log(n))
    if token.exact not in found:
        found[token.exact] = UNKNOWN
    best = sorted(found.items(), key=lambda one: -one[1])[:MOST_CANDIDATES]
    if token.exact not in dict(best):
        best.append((token.exact, found[token.exact]))
    return [_Candidate(word, weight) for word, weight in best]


def _penalty(token: Token, word: str) -> float:
    if word == token.exact:
        return 0.0
    return RETYPED if token.marked else 0.0


def _best_path(choices: Sequence[Sequence[_Candidate]]) -> list[str]:
    pairs = _pairs(choices)
    scores = {one.word: (one.weight, [one.word]) for one in choices[0]}
    for choice in choices[1:]:
        following: dict[str, tuple[float, list[str]]] = {}
        for one in choice:
            weight, path = max(
                (
                    (score + one.weight + _joined(pairs, before, one.word), path)
                    for before, (score, path) in scores.items()
                ),
                key=lambda found: found[0],
            )
            following[one.word] = (weight, [*path, one.word])
        scores = following
    return max(scores.values(), key=lambda found: found[0])[1]


def _pairs(choices: Sequence[Sequence[_Candidate]]) -> dict[str, int]:
    wanted = {
        f"{first.word} {second.word}"
        for before, after in itertools.pairwise(choices)
        for first in before
        for second in after
    }
    rows = Gram.objects.filter(text__in=wanted).values_list("text", "documents")
    return dict(rows) if wanted else {}


def _joined(pairs: dict[str, int], before: str, word: str) -> float:
    """What standing together is worth: a pair of the library is worth its documents, squared."""
    documents = pairs.get(f"{before} {word}", 0)
    return 2.0 * math.log(1 + documents) + (2.0 if documents else 0.0)


def _shown(query: Query, words: Sequence[str]) -> str:
    """``query`` as typed, with only the words that differ replaced; capitals kept."""
    parts, done = [], 0
    for token, word in zip(query.tokens, words, strict=True):
        typed = query.text[token.start : token.end]
        parts.append(query.text[done : token.start])
        parts.append(typed if word == token.exact else _capitals(typed, _with_y(typed, word)))
        done = token.end
    return "".join([*parts, query.text[done:]])


_Y = str.maketrans("iìíỉĩị", "yỳýỷỹỵ")


def _with_y(typed: str, word: str) -> str:
    """``word`` with the y that was typed, where its key has an i: ky is ký and not kí."""
    same = typed[-1:] in "yY" and text.fold(word) == text.fold(typed)[:-1] + "i"
    return word[:-1] + word[-1].translate(_Y) if same else word


def _capitals(typed: str, word: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word.capitalize() if typed[:1].isupper() else word
