"""What each generated resource says: lengths and values as an agency's would be, without any database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.library.vocabulary import Vocabulary, vocabulary

VERSION = 2
"""To be raised with every change of what is generated: kept libraries of another version are not used."""
NOW = datetime(2026, 11, 1, 5, tzinfo=UTC)
KINDS = ("article", "infographic", "photo", "video", "document", "podcast")
KIND_SHARES = (0.35, 0.25, 0.15, 0.1, 0.1, 0.05)
LICENCES = ("cc-by-4.0", "cc-by-nc-4.0", "verbatim-credit", "press-only", "all-rights")
LICENCE_SHARES = (0.55, 0.15, 0.15, 0.1, 0.05)
SENTENCE = 9
"""Words of a sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """One resource. ``agency``, ``topics``, ``audiences``, ``keywords``, ``campaign`` and ``picture`` are
    numbers within their lists; ``spoken`` are lines of captions, ``pages`` texts of pages.
    """

    number: int
    kind: str
    language: str
    title: str
    summary: str
    body: tuple[str, ...]
    spoken: tuple[str, ...]
    pages: tuple[str, ...]
    keywords: tuple[int, ...]
    topics: tuple[int, ...]
    audiences: tuple[int, ...]
    agency: int
    campaign: int | None
    licence: str
    picture: int
    published: datetime
    uses: int
    live: bool
    embargo: datetime | None
    expiry: datetime | None


def records(size: int, *, seed: int = 57) -> Iterator[Record]:
    """``size`` resources; the same for the same size and seed."""
    words = {language: vocabulary(language, seed=seed) for language in ("vi", "en")}
    dice = np.random.default_rng(seed)
    for number in range(size):
        language = "en" if dice.random() < 0.04 else "vi"
        yield _record(number, size, language, words[language], dice)


def _record(number: int, size: int, language: str, words: Vocabulary, dice: np.random.Generator) -> Record:
    kind = str(dice.choice(KINDS, p=KIND_SHARES))
    article, film = kind == "article", kind in ("video", "podcast")
    paragraphs = int(dice.integers(1, 7)) if article else 0
    return Record(
        number=number,
        kind=kind,
        language=language,
        title=_text(words, dice, int(dice.integers(5, 9)), stop="")[:190],
        summary=_text(words, dice, int(dice.integers(18, 30)))[:295],
        body=tuple(_text(words, dice, int(dice.integers(20, 60))) for _one in range(paragraphs)),
        spoken=tuple(
            _text(words, dice, 7, stop="") for _one in range(int(dice.integers(8, 30)) if film else 0)
        ),
        pages=tuple(
            _text(words, dice, 70) for _one in range(int(dice.integers(1, 6)) * (kind == "document"))
        ),
        keywords=_skewed(dice, 2_000, int(dice.integers(2, 6))),
        topics=_skewed(dice, 40, int(dice.integers(1, 4))),
        audiences=_skewed(dice, 6, int(dice.integers(1, 3))),
        agency=_skewed(dice, 63, 1)[0],
        campaign=int(dice.integers(0, 3)) if dice.random() < 0.2 else None,
        licence=str(dice.choice(LICENCES, p=LICENCE_SHARES)),
        picture=int(dice.integers(0, 300)),
        published=NOW
        - timedelta(minutes=float(size - number) * 2_000_000 / size + float(dice.integers(0, 5e4))),
        uses=int(dice.pareto(1.2) * 4),
        live=bool(dice.random() > 0.04),
        embargo=NOW + timedelta(days=3) if dice.random() < 0.002 else None,
        expiry=NOW + timedelta(days=float(dice.integers(-20, 400))) if dice.random() < 0.02 else None,
    )


def _skewed(dice: np.random.Generator, choices: int, number: int) -> tuple[int, ...]:
    """Up to ``number`` different ones, low numbers more often."""
    drawn = (choices ** dice.random(number)).astype(int) - 1
    return tuple(dict.fromkeys(int(one) for one in drawn))


def _text(words: Vocabulary, dice: np.random.Generator, number: int, *, stop: str = ".") -> str:
    drawn = words.drawn(number, dice)
    sentences = (" ".join(drawn[start : start + SENTENCE]) for start in range(0, number, SENTENCE))
    return f"{stop} ".join(one[:1].upper() + one[1:] for one in sentences) + stop
