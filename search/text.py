"""Vietnamese text: the one normaliser, for index, query, suggestion and highlight.

Keys are compared, never shown. Every step maps one character of canonical text to one character, so a
position in a key is a position in the text itself, and each engine's hits can be marked in Python.

- *exact* key: lower case, tone mark in its new place (hòa → hoà), i for y in whole syllables (ký → kí).
- *folded* key: the same without any mark (hoa, ki).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_library import text as library_text

_INVISIBLE = re.compile(r"[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]")
_MARK = r"[\u0300-\u036f]"
_WORD = re.compile(rf"\d+|(?:[^\W\d_]{_MARK}*)+")
_LOOSE_MARK = re.compile(_MARK)
LONGEST_KEY = 60
"""Characters of a key; PostgreSQL takes no lexeme over 2,046 bytes."""


def canonical(text: str) -> str:
    """The form in which text is kept, cut and highlighted: NFC, one Đ, no invisible characters.

    Control characters and lone surrogates become spaces, because no database stores them.
    """
    return library_text.nfc(_UNPRINTABLE.sub(" ", _INVISIBLE.sub("", text)))


class _Folding(dict[int, int]):
    """Folded form of each character, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        folded = library_text.fold(chr(code))
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_FOLDED = _Folding()


def fold(text: str) -> str:
    """``text`` (canonical) in lower case without marks, of the same length."""
    return text.translate(_FOLDED)


class _Lowering(dict[int, int]):
    """Lower case of each character where that is one character (not İ)."""

    def __missing__(self, code: int) -> int:
        lowered = chr(code).lower()
        self[code] = ord(lowered) if len(lowered) == 1 else code
        return self[code]


_LOWER = _Lowering()


def _tone_rules() -> dict[str, str]:
    """Old or misplaced tone marks (lower case) and their new place; new style needs no context."""
    marked = {"a": "àáảãạ", "e": "èéẻẽẹ", "i": "ìíỉĩị", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹỵ"}
    rules = {}
    for first, second in (("o", "a"), ("o", "e"), ("u", "y")):
        for tone in range(5):
            rules[marked[first][tone] + second] = first + marked[second][tone]
    for tone in range(5):
        for vowel in "aei":
            rules["q" + marked["u"][tone] + vowel] = "qu" + marked[vowel][tone]
        rules["g" + marked["i"][tone] + "a"] = "gi" + marked["a"][tone]
    assert all(len(old) == len(new) for old, new in rules.items())
    return rules


_TONE = _tone_rules()
_MISPLACED = re.compile("|".join(sorted(_TONE, key=len, reverse=True)), re.IGNORECASE)


def _replaced(found: re.Match[str]) -> str:
    old = found.group()
    new = _TONE.get(old.translate(_LOWER), old)
    return "".join(n.upper() if o.isupper() else n for o, n in zip(old, new, strict=True))


def new_tone_placement(text: str) -> str:
    """``text`` (canonical) with every tone mark in its new place (thủy → thuỷ), of the same length."""
    return _MISPLACED.sub(_replaced, text)


_I_OR_Y = re.compile(r"(h|k|l|m|s|t|v|qu)([yỳýỷỹỵ])")
_I = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))


def _with_i(syllable: str) -> str:
    """A whole syllable such as ký, lý, mỹ or quý with i; any other unchanged."""
    found = _I_OR_Y.fullmatch(syllable)
    return found[1] + _I[found[2]] if found else syllable


class Token(NamedTuple):
    """One syllable or number: its place in the canonical text, and its two keys."""

    start: int
    end: int
    exact: str
    folded: str

    @property
    def marked(self) -> bool:
        """Whether it was written with a mark."""
        return self.exact != self.folded


def tokens(text: str) -> list[Token]:
    """Syllables and numbers of ``text`` (canonical). Letters and digits part: NQ57 is NQ 57."""
    exact, folded = new_tone_placement(text).translate(_LOWER), fold(text)
    return [_token(found, exact, folded) for found in _WORD.finditer(text)]


def _token(found: re.Match[str], exact: str, folded: str) -> Token:
    start, end = found.span()
    precise, plain = exact[start:end], folded[start:end]
    if plain[0].isdigit():
        number = plain.lstrip("0")[:LONGEST_KEY] or "0"
        return Token(start, end, number, number)
    if _LOOSE_MARK.search(plain):
        precise, plain = _LOOSE_MARK.sub("", precise), _LOOSE_MARK.sub("", plain)
    return Token(start, end, _with_i(precise[:LONGEST_KEY]), _with_i(plain[:LONGEST_KEY]))


def words(text: str) -> list[str]:
    """Folded keys of ``text``, whatever form it comes in."""
    return [token.folded for token in tokens(canonical(text))]


def key(text: str) -> str:
    """Folded key of a whole line, its syllables joined by single spaces."""
    return " ".join(words(text))


LONGEST_QUESTION_KEY = 200


def question_key(text: str) -> str:
    """:func:`key` of a question as it is kept in tables: at most :data:`LONGEST_QUESTION_KEY` characters."""
    return key(text)[:LONGEST_QUESTION_KEY].rstrip()


def pairs(keys: Sequence[str], *, joint: str) -> Iterator[str]:
    """Each two neighbours of ``keys``, joined by ``joint``."""
    return (f"{first}{joint}{second}" for first, second in itertools.pairwise(keys))


_ORDER = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES = {letter: f"{number + 2:02d}" for number, letter in enumerate(_ORDER)}
_TONES = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_TONE_MARKS = str.maketrans("", "", "".join(_TONES))
_WORD_END, _LINE_END = "01", "00"
LONGEST_SORT_KEY = 280


def sort_key(text: str) -> str:
    """A key of digits whose plain order is the order of Vietnamese titles: a ă â b c d đ e ê …

    Letters decide first, of equal letters the tones: ngang, huyền, hỏi, ngã, sắc, nặng (CLDR's collation of
    Vietnamese). Digits only, so that every database and engine orders it alike, whatever its locale.
    """
    letters: list[str] = []
    tones: list[str] = []
    for found in _WORD.finditer(new_tone_placement(canonical(text))):
        for letter in found.group().translate(_LOWER):
            apart = unicodedata.normalize("NFD", letter)
            plain = unicodedata.normalize("NFC", apart.translate(_TONE_MARKS))
            letters.append(_PLACES.get(plain) or _PLACES.get(plain.translate(_FOLDED), "99"))
            tones.append(str(1 + next((n for n, mark in enumerate(_TONES, 1) if mark in apart), 0)))
        letters.append(_WORD_END)
    half = LONGEST_SORT_KEY * 2 // 3
    whole = "".join(letters)[: half - half % 2] + _LINE_END + "".join(tones)
    return whole[:LONGEST_SORT_KEY]
