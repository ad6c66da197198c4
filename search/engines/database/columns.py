"""What documents are filtered, counted and ordered by, as arrays: one place for each document, by rising key.

Of 100,000 resources with their desks a process keeps some 12 MB. A value is never changed; a change of the
index makes a new one (:mod:`search.engines.database.memory`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from search.engines.contract import Reader
from search.request import FACETS

Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.int64]
NEVER = 2**62
NUMBERS = {
    "deleted": (np.bool_, 0),
    "owner": (np.int64, 0),
    "published": (np.int64, 0),
    "uses": (np.int64, 0),
    "worth": (np.float64, 0),
    "opens": (np.int64, -NEVER),
    "closes": (np.int64, NEVER),
}
"""Columns of numbers, with what stands for NULL."""
NAMES = ("resource_id", *NUMBERS, *FACETS)
"""Columns of ``search_indexeddocument`` in the order of the rows given to :class:`Columns`."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Microseconds of 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Sets:
    """Sets of values of a facet: documents have the number of theirs, and equal sets have one number.

    ``numbers``: by set, written as in its column, one value a line. ``owner`` and ``value`` list the values
    of all sets: number of the set, place in ``names``.
    """

    numbers: dict[str, int]
    names: list[str]
    owner: Places
    value: Places

    @classmethod
    def of(cls, numbers: dict[str, int]) -> Sets:
        names: dict[str, int] = {}
        pairs = [
            (number, names.setdefault(value, len(names)))
            for one, number in numbers.items()
            if one
            for value in one.split("\n")
        ]
        owner, value = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return cls(numbers, list(names), owner, value)

    def extended(self, values: Iterable[str]) -> Sets:
        """With the sets ``values`` among them."""
        new = set(values) - self.numbers.keys()
        first = len(self.numbers)
        return (
            Sets.of({**self.numbers, **{one: first + n for n, one in enumerate(sorted(new))}})
            if new
            else self
        )

    def with_any(self, values: Collection[str]) -> Mask:
        """For each set whether it has one of ``values``."""
        wanted = [n for n, name in enumerate(self.names) if name in set(values)]
        found = np.zeros(len(self.numbers), dtype=np.bool_)
        found[self.owner[np.isin(self.value, wanted)]] = True
        return found


@dataclass(frozen=True)
class Facet:
    """Values of one facet: for each document the number of its set."""

    sets: Sets
    codes: npt.NDArray[np.int32]

    def counts(self, places: Places) -> dict[str, int]:
        """Documents by value among those at ``places``."""
        each = np.bincount(self.codes[places], minlength=len(self.sets.numbers))
        weights = each[self.sets.owner]
        numbers = np.bincount(self.sets.value, weights=weights, minlength=len(self.sets.names)).tolist()
        return {name: int(number) for name, number in zip(self.sets.names, numbers, strict=True) if number}

    def with_any(self, values: Collection[str]) -> Mask:
        """For each document whether it has one of ``values``."""
        return self.sets.with_any(values)[self.codes]

    def put(self, places: Places, values: Sequence[str]) -> Facet:
        """With these sets of values at ``places``."""
        sets = self.sets.extended(values)
        codes = self.codes.copy()
        codes[places] = [sets.numbers[one] for one in values]
        return Facet(sets, codes)


@dataclass(frozen=True)
class Columns:
    """``keys`` rises; every other array has the document's value at the same place."""

    keys: Places
    numbers: dict[str, npt.NDArray[Any]]
    facets: dict[str, Facet]

    @cached_property
    def documents(self) -> int:
        """Documents for the public."""
        return int(np.count_nonzero((self.keys > 0) & ~self.numbers["deleted"]))

    @classmethod
    def of(cls, chunks: Iterable[Sequence[tuple[Any, ...]]]) -> Columns:
        """From rows of :data:`NAMES` by rising key, some at a time: together they are many times as large."""
        parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in NAMES}
        sets: dict[str, dict[str, int]] = {name: {"": 0} for name in FACETS}
        for rows in filter(None, chunks):
            columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
            parts["resource_id"].append(np.array(columns["resource_id"], dtype=np.int64))
            for name, form in NUMBERS.items():
                parts[name].append(_numbers(columns[name], *form))
            for name, numbers in sets.items():
                for one in set(columns[name]) - numbers.keys():
                    numbers[one] = len(numbers)
                codes = map(numbers.__getitem__, columns[name])
                parts[name].append(np.fromiter(codes, dtype=np.int32, count=len(rows)))
        return cls(
            _joined(parts["resource_id"], np.int64),
            {name: _joined(parts[name], kind) for name, (kind, _missing) in NUMBERS.items()},
            {name: Facet(Sets.of(sets[name]), _joined(parts[name], np.int32)) for name in FACETS},
        )

    def with_rows(self, rows: Sequence[tuple[Any, ...]]) -> Columns:
        """With ``rows`` in the place of, or beside, what there is."""
        if not rows:
            return self
        columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
        wider = self._with_keys(np.array(columns["resource_id"], dtype=np.int64))
        places, _known = wider.places(columns["resource_id"])
        numbers = {name: values.copy() for name, values in wider.numbers.items()}
        for name, form in NUMBERS.items():
            numbers[name][places] = _numbers(columns[name], *form)
        facets = {name: wider.facets[name].put(places, columns[name]) for name in FACETS}
        return replace(wider, numbers=numbers, facets=facets)

    def _with_keys(self, keys: Places) -> Columns:
        """With a place, so far without values, for each of ``keys``."""
        whole = np.union1d(self.keys, keys)
        if len(whole) == len(self.keys):
            return self
        old = np.searchsorted(whole, self.keys)

        def spread(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
            wide = np.zeros(len(whole), dtype=values.dtype)
            wide[old] = values
            return wide

        return Columns(
            whole,
            {name: spread(values) for name, values in self.numbers.items()},
            {name: Facet(one.sets, spread(one.codes)) for name, one in self.facets.items()},
        )

    def places(self, keys: Sequence[int] | Places) -> tuple[Places, Mask]:
        """Places of those of ``keys`` that are known, and which these are."""
        wanted = np.asarray(keys, dtype=np.int64)
        if not len(self.keys):
            return np.zeros(0, dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = self.keys[places] == wanted
        return places[known], known

    def mask(self, keys: Sequence[int] | Places) -> Mask:
        """The documents ``keys``."""
        found = np.zeros(len(self.keys), dtype=np.bool_)
        found[self.places(keys)[0]] = True
        return found

    def visible(self, *, at: datetime, reader: Reader | None, hidden: Sequence[int] | Places) -> Mask:
        """What ``reader`` may find at ``at``; of public documents none of ``hidden``."""
        now = microseconds(at)
        public = (self.keys > 0) & (self.numbers["opens"] <= now) & (self.numbers["closes"] > now)
        public &= ~self.numbers["deleted"]
        public[self.places(hidden)[0]] = False
        if reader is None or not (reader.lead or reader.agencies):
            return public
        desk = (self.keys < 0) & ~self.numbers["deleted"]
        if reader.lead:
            return desk
        theirs = np.isin(self.numbers["owner"], sorted(reader.agencies))
        return (desk & theirs) | (public & ~theirs)


def _numbers(values: Sequence[Any], kind: type[np.generic], missing: int) -> npt.NDArray[Any]:
    return np.array([missing if value is None else value for value in values], dtype=kind)


def _joined(parts: Sequence[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
