"""How long the list of a section takes to be composed of 10,000 candidates; wanted: 50 ms at most.

Four rules: everything, mixed and filled up; a narrow one that the fallback fills; most used first; one agency
alone, where mixing cannot help. Each is composed in turn, ``ROUNDS`` times; medians of processor time. Beside it
what sorting the same candidates by their time takes, the least that any of them can do. Needs no database.

Prints ``name value unit`` a line.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cms.sections.compose import Candidate, CentralPin, Order, Pin, Rule, compose

CANDIDATES = 10_000
ROUNDS = 15
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
KINDS = ("infographic", "video", "podcast", "article", "photo", "document")
RULES = {
    "everything": Rule(mixed=True, filled=True, limit=50),
    "filled_up": Rule(agencies=frozenset({40}), topics=frozenset({7}), mixed=True, filled=True, limit=50),
    "most_used": Rule(order=Order.MOST_USED, mixed=True, limit=50),
    "one_agency": Rule(agencies=frozenset({3}), mixed=True, limit=50),
}


def main() -> int:
    candidates = _candidates(random.Random(57))
    pins = [Pin(number, None) for number in (17, 4711, 9999)]
    central = [CentralPin(2, None, mandatory=True), CentralPin(3, None)]
    acts: dict[str, Callable[[], object]] = {
        name: lambda rule=rule: compose(rule=rule, pins=pins, central=central, candidates=candidates, at=NOW)
        for name, rule in RULES.items()
    }
    acts["sorting"] = lambda: sorted(candidates, key=lambda one: one.published_at.timestamp())
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(ROUNDS):
        for name, act in acts.items():
            began = time.process_time()
            act()
            spent[name].append((time.process_time() - began) * 1000)
    print(f"# {CANDIDATES} candidates, {ROUNDS} rounds by turns, medians of processor time")
    for name, rounds in spent.items():
        label = f"compose_{name}" if name in RULES else f"{name}_alone"
        print(f"{label} {statistics.median(rounds):.1f} ms")
    return 0


def _candidates(dice: random.Random) -> list[Candidate]:
    return [
        Candidate(
            id=number,
            kind=dice.choice(KINDS),
            language="en" if dice.random() < 0.1 else "vi",
            agency=min(62, int(dice.expovariate(0.1))),
            published_at=NOW - timedelta(minutes=dice.randrange(3 * 525_600)),
            campaign=dice.randrange(20) or None,
            audiences=frozenset(dice.sample(range(6), dice.randrange(1, 4))),
            topics=frozenset(dice.sample(range(40), dice.randrange(1, 5))),
            uses=int(dice.expovariate(1)),
            live=dice.random() < 0.95,
        )
        for number in range(CANDIDATES)
    ]


if __name__ == "__main__":
    raise SystemExit(main())
