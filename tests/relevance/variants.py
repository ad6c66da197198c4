"""Other ways in which people write the same Vietnamese words."""

from __future__ import annotations

import re
import unicodedata

from search import text

_NEW = re.compile(r"(?<![qQ])(o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
_I_OR_Y = re.compile(r"\b(h|k|l|m|s|t|v|qu)([iìíỉĩịyỳýỷỹỵ])\b", re.IGNORECASE)
_OTHER = dict(zip("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị", strict=True))


def spellings(q: str) -> set[str]:
    """``q`` in NFD, with the tone mark in its old and its new place, and with i for y and y for i."""
    line = text.canonical(q)
    old, other = old_tone_placement(line), i_for_y(line)
    forms = {line, old, text.new_tone_placement(line), other, old_tone_placement(other)}
    return {*forms, *(unicodedata.normalize("NFD", one) for one in forms)}


def old_tone_placement(line: str) -> str:
    """hoà → hòa, khoẻ → khỏe, thuỷ → thủy, in an open syllable, the only place where usage differs."""
    return _NEW.sub(lambda found: _mark_first(found[1]), line)


def _mark_first(vowels: str) -> str:
    first, *rest = unicodedata.normalize("NFD", vowels)
    second, mark = rest
    return unicodedata.normalize("NFC", first + mark + second)


def i_for_y(line: str) -> str:
    """ký → kí and kí → ký, in whole syllables."""
    return _I_OR_Y.sub(lambda found: found[1] + _swapped(found[2]), line)


def _swapped(letter: str) -> str:
    other = _OTHER[letter.lower()]
    return other.upper() if letter.isupper() else other


def typed_otherwise(q: str) -> list[str]:
    """``q`` decomposed, with its tone marks in their new places, and in capitals: the same to a reader."""
    return [unicodedata.normalize("NFD", q), text.new_tone_placement(q), q.upper()]
