"""A section composed from 10,000 candidates, in processor time, beside nothing but sorting the same candidates.

1. As an agency has it: a rule of two audiences, five pins, twenty exclusions, mixed, fifty places.
2. The same, where nearly all candidates are of one agency and kind, so that others are drawn forward.

To hold: 50 ms. Prints ``name value unit`` a line; no database.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cms.sections.compose import Candidate, Pin, Rule, compose  # noqa: E402

AT = datetime(2026, 11, 27, tzinfo=UTC)
MANY = 10_000
ROUNDS = 15
KINDS = ("infographic", "video", "podcast", "article", "photo", "document")
RULE = Rule(audiences=frozenset({1, 2}), mixed=True, filled=True, limit=50)
PINS = [Pin(number * 97, until=AT + timedelta(days=number)) for number in range(1, 6)]
EXCLUDED = frozenset(range(500, 520))


def main() -> int:
    dice = random.Random(57)
    mixed = [_candidate(number, dice) for number in range(MANY)]
    crowd = [replace(one, agency=1, kind="photo") if one.id % 500 else one for one in mixed]
    for name, candidates in (("mixed", mixed), ("crowd", crowd)):
        composing, sorting = _times(candidates)
        print(f"compose_{name}_10000_candidates {composing * 1000:.1f} ms")
        print(f"compose_{name}_over_sorting {composing / sorting:.2f} ratio")
    print(f"ran_on {os.cpu_count()} cores")
    return 0


def _candidate(number: int, dice: random.Random) -> Candidate:
    return Candidate(
        id=number,
        kind=dice.choice(KINDS),
        language="vi",
        agency=dice.randrange(1, 64),
        published_at=AT - timedelta(minutes=dice.randrange(1, 600_000)),
        audiences=frozenset({dice.randrange(1, 7)}),
        topics=frozenset({dice.randrange(1, 30)}),
    )


def _times(candidates: list[Candidate]) -> tuple[float, float]:
    """Medians of processor time, both by turns."""

    def composed() -> object:
        return compose(rule=RULE, pins=PINS, excluded=EXCLUDED, candidates=candidates, at=AT)

    def plain() -> object:
        return sorted(candidates, key=lambda one: (-one.published_at.timestamp(), -one.id))

    rounds = [(_seconds(composed), _seconds(plain)) for _round in range(ROUNDS)]
    return statistics.median(one for one, _other in rounds), statistics.median(one for _other, one in rounds)


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
