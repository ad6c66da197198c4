"""Words as skewed as those of a language: the demonstration's own by frequency, then a tail of rare ones.

A word here is one syllable or two that stand together in the demonstration. The word of rank r is drawn with
weight (r + 3)^-1.05 (Zipf, with Mandelbrot's shift).
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
NAMES, BRANDS, NUMBERS = 9_000, 7_000, 5_000
"""Rare words: names of two syllables, words that are not Vietnamese, numbers."""
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?:;,\n()“”\"]+")


@dataclass(frozen=True)
class Vocabulary:
    """Words from the most to the least frequent, and how likely a word is among the first so many."""

    words: list[str]
    upto: np.ndarray[Any, Any]
    known: int
    """Words of the demonstration; those after them are the rare ones."""

    def drawn(self, number: int, dice: np.random.Generator) -> list[str]:
        """``number`` words."""
        ranks = np.searchsorted(self.upto, dice.random(number))
        return [self.words[min(rank, len(self.words) - 1)] for rank in ranks.tolist()]


def vocabulary(language: str = "vi", *, seed: int = 57) -> Vocabulary:
    """The words of the demonstration in ``language`` and the rare ones."""
    found: Counter[str] = Counter()
    for line in _lines(language):
        for sentence in _SENTENCE.split(line.lower()):
            syllables = _WORD.findall(sentence)
            found.update(f"{one} {other}" for one, other in pairwise(syllables))
            found.update(syllables[::3])
    common = [word for word, _number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]
    words = list(dict.fromkeys([*common, *_rare(common, random.Random(seed))]))
    weights = (np.arange(len(words)) + 3.0) ** -1.05
    return Vocabulary(words, np.cumsum(weights / weights.sum()), len(common))


def _lines(language: str) -> Iterator[str]:
    lines = (ROOT / "demo" / "resources.jsonl").read_text(encoding="utf-8").splitlines()
    for row in (row for row in map(json.loads, lines) if row["lang"] == language):
        yield from _strings([row["title"], row["summary"], row["keywords"]])
        yield from _strings([block["value"] for block in row["body"] or ()])
        yield from (str(file["text_alternative"] or "") for file in row["files"])
        if row["transcript"]:
            said = (ROOT / "demo" / row["transcript"]).read_text(encoding="utf-8").splitlines()
            yield " ".join(line for line in said if line and "-->" not in line and line != "WEBVTT")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _rare(common: list[str], dice: random.Random) -> list[str]:
    """Names, foreign words and numbers in one shuffled tail."""
    syllables = sorted({syllable for word in common for syllable in word.split() if len(syllable) > 1})
    names = [f"{dice.choice(syllables)} {dice.choice(syllables)}" for _name in range(NAMES)]
    parts = ("tek", "lab", "net", "soft", "vina", "eco", "data", "bio", "port", "zen", "quart", "flex")
    brands = ["".join(dice.sample(parts, 2)) + dice.choice("aeiouxyz") + str(n % 10) for n in range(BRANDS)]
    brands = [f"{brand[:-1]}{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n, brand in enumerate(brands)]
    numbers = [str(dice.randrange(100, 99_999)) for _number in range(NUMBERS)]
    tail = [*names, *brands, *numbers]
    dice.shuffle(tail)
    return tail
