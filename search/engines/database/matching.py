"""One search over what the process keeps: which documents are hits, how many of each kind, which come first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search import ranking
from search.engines.contract import Ask
from search.engines.database.columns import Columns, Mask, Places
from search.engines.database.dialect import Dialect, Weighed
from search.engines.database.plan import Plan
from search.engines.database.terms import Found, Sought

Find: TypeAlias = Callable[[Iterable[Sought]], dict[Sought, Found]]
Values: TypeAlias = npt.NDArray[Any]
DAY = 86_400_000.0
"""Milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Matching:
    """``plan`` is None where there are no words; ``visible`` is what the asker may find."""

    ask: Ask
    plan: Plan | None
    columns: Columns
    visible: Mask
    dialect: Dialect
    find: Find

    @property
    def by_score(self) -> bool:
        return self.plan is not None and self.ask.sort == "relevance"

    @cached_property
    def matched(self) -> Mask:
        """Visible documents with the words, and those that are hits whatever their words."""
        if self.plan is None:
            return self.visible
        hits = np.zeros(len(self.visible), dtype=np.uint8)
        for unit in self._having(self._units):
            hits += unit
        found = hits >= self.plan.needed
        for phrase in self._having(self._phrases):
            found &= phrase
        found[self.columns.places([*self.ask.first, *self.ask.also])[0]] = True
        return found & self.visible

    @cached_property
    def passing(self) -> dict[str, Mask]:
        """For each facet with choices the documents that have one of them."""
        return {name: self.columns.facets[name].with_any(values) for name, values in self.ask.filters.items()}

    @cached_property
    def hits(self) -> Places:
        """Places of all hits."""
        return self._through(self.passing.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """Hits by value of each facet, as if the facet itself had no choice."""
        return {name: self.columns.facets[name].counts(self._without(name)) for name in self.ask.facets}

    def _without(self, facet: str) -> Places:
        if facet not in self.passing:
            return self.hits
        return self._through(mask for name, mask in self.passing.items() if name != facet)

    def _through(self, masks: Iterable[Mask]) -> Places:
        found = self.matched
        for mask in masks:
            found = found & mask
        return np.flatnonzero(found)

    def boosted(self) -> Values:
        """The score of each hit; see :mod:`search.ranking`."""
        numbers = {name: self.columns.numbers[name][self.hits] for name in ("published", "uses", "worth")}
        age = np.maximum(0.0, (ranking.today(self.ask.at) - numbers["published"]) / DAY)
        uses = np.minimum(numbers["uses"], ranking.MOST_USES)
        boost = (
            1.0
            + ranking.FRESHNESS * ranking.HALF_LIFE / (ranking.HALF_LIFE + age)
            + ranking.COMPLETENESS * numbers["worth"]
            + ranking.USE * uses / (uses + ranking.HALF_USES)
        )
        values = self._scores()[self.hits] * boost
        for number, key in enumerate(self.ask.first[: ranking.MOST_FIRST]):
            values[self.columns.keys[self.hits] == key] = ranking.PICKED - number * ranking.STEP
        return values

    def _scores(self) -> Values:
        scores = np.zeros(len(self.visible), dtype=np.float64)
        for one in self._weighed:
            for side in self._sides:
                found = self._found[Sought(one.expression, one.weights, side)]
                scores[found.places] += found.scores * one.factor
        return scores

    @property
    def _sides(self) -> tuple[bool, ...]:
        """Whether the public's documents are looked at, and whether the desk's."""
        reader = self.ask.reader
        if reader is None or not (reader.lead or reader.agencies):
            return (False,)
        return (True,) if reader.lead else (False, True)

    @cached_property
    def _weighed(self) -> list[Weighed]:
        return self.dialect.weighed(self.plan) if self.plan is not None and self.by_score else []

    @cached_property
    def _units(self) -> list[Sought]:
        """Expressions of the units; where a score is taken of the same, that is looked for once."""
        assert self.plan is not None
        scored = {one.expression: one.weights for one in self._weighed}
        units = map(self.dialect.unit, self.plan.units)
        return [Sought(one, scored.get(one, ""), False) for one in units]

    @cached_property
    def _phrases(self) -> list[Sought]:
        assert self.plan is not None
        return [Sought(self.dialect.phrase(one), "", False) for one in self.plan.phrases]

    @cached_property
    def _found(self) -> dict[Sought, Found]:
        """All that is looked for, at once."""
        weighed = [Sought(one.expression, one.weights, False) for one in self._weighed]
        wanted = (*weighed, *self._units, *self._phrases)
        return self.find(one._replace(desk=side) for one in wanted for side in self._sides)

    def _having(self, sought: Sequence[Sought]) -> Iterator[Mask]:
        """For each of ``sought`` the documents that have it."""
        for one in sought:
            mask = np.zeros(len(self.visible), dtype=np.bool_)
            for side in self._sides:
                mask[self._found[one._replace(desk=side)].places] = True
            yield mask


def page(
    values: Values, keys: Places, *, descending: bool, after: tuple[Any, int] | None, size: int
) -> npt.NDArray[np.intp]:
    """Which of ``values`` come first after the place ``after``; of equal ones the keys decide.

    ``keys`` rise.
    """
    kept = np.arange(len(values))
    if after is not None:
        last, key = after
        beyond = (values < last) | ((values == last) & (keys < key))
        if not descending:
            beyond = (values > last) | ((values == last) & (keys > key))
        kept = np.flatnonzero(beyond)
    kept = _foremost(values, kept, size, descending=descending)
    order = np.lexsort((keys[kept], values[kept]))
    return kept[order[::-1] if descending else order]


def _foremost(
    values: Values, kept: npt.NDArray[np.intp], size: int, *, descending: bool
) -> npt.NDArray[np.intp]:
    """The first ``size`` of ``kept``, in no order: quicker than sorting all."""
    if len(kept) <= size:
        return kept
    some = values[kept]
    place = len(some) - size if descending else size - 1
    edge = np.partition(some, place)[place]
    before = kept[some > edge] if descending else kept[some < edge]
    level = kept[some == edge]
    missing = size - len(before)
    return np.concatenate([before, level[-missing:] if descending else level[:missing]])
