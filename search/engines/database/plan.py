"""What a question looks for in the embedded index, without the words that are too common to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

from search.query import Query, Unit, Wording

COMMON_SHARE = 0.2
"""A key in more documents than this share is left out while a rarer one remains.

Measured on FTS5: .813 against .805 with all keys (legal), .749 against .752 (sentences), 5 times faster.
"""
SMALL_LIBRARY = 2_000
"""Below this number of documents nothing is left out: all keys are quick, and shares mean little."""
MOST_COMBINATIONS = 12
"""Up to here "so many of these" is written out as an expression; beyond, it is counted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys to rank by, and what a hit must have. ``frequency``: documents by key, for those known."""

    folded: tuple[str, ...]
    exact: tuple[str, ...]
    pairs: tuple[str, ...]
    units: tuple[Unit, ...]
    phrases: tuple[Wording, ...]
    needed: int
    documents: int
    frequency: Mapping[str, int]

    @classmethod
    def of(cls, query: Query, *, frequency: Mapping[str, int], documents: int) -> Plan:
        common = _Common(frequency, documents)
        units = common.without(query.units)
        return cls(
            folded=common.rarer(query.folded_words),
            exact=common.rarer(query.exact_words, prefix="="),
            pairs=common.rarer(query.folded_pairs),
            units=units,
            phrases=query.phrases,
            needed=query.needed(len(units)),
            documents=documents,
            frequency=frequency,
        )

    @property
    def marked(self) -> bool:
        """Whether exact keys take part; folded ones then count half, as measured."""
        return bool(self.exact)

    def inverse_frequency(self, key: str) -> float:
        """Idf of BM25 as SQLite's FTS5 has it: ln((N − n + 0.5) / (n + 0.5)), never below a little."""
        known = min(self.frequency.get(key, 0), self.documents)
        return max(1e-6, math.log((self.documents - known + 0.5) / (known + 0.5)))

    @property
    def countable(self) -> bool:
        """Whether "so many of the units" is better counted than written out."""
        return comb(len(self.units), self.needed) > MOST_COMBINATIONS

    def choices(self) -> list[tuple[Unit, ...]]:
        """Every set of units that is enough, where not :attr:`countable`."""
        return list(combinations(self.units, self.needed))


@dataclass(frozen=True, slots=True)
class _Common:
    frequency: Mapping[str, int]
    documents: int

    def _is(self, key: str) -> bool:
        return self.frequency.get(key, 0) > self.documents * COMMON_SHARE

    def rarer(self, keys: list[str], *, prefix: str = "") -> tuple[str, ...]:
        if self.documents < SMALL_LIBRARY:
            return tuple(keys)
        kept = tuple(key for key in keys if not self._is(prefix + key))
        return kept or tuple(keys)

    def without(self, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        if self.documents < SMALL_LIBRARY:
            return units
        kept = tuple(unit for unit in units if not self._is_common(unit))
        return kept or units

    def _is_common(self, unit: Unit) -> bool:
        return len(unit.wordings) == 1 and all(self._is(token.folded) for token in unit.typed.tokens)
