"""Passages nearest in meaning, by one look at all of them: at some hundred thousand that takes milliseconds.

Each process keeps the vectors in memory as int8 (38 MB for 100,000). It learns of new rows by their ids, which
only rise. Of the few that come nearest the database says whether they are still there, and their cosines are
computed from the stored floats; so nothing has to be told of deletions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engines.contract import Near
from search.models import Passage

BLOCK = 512
"""Rows multiplied at a time. They stay in the processor's cache, and OpenBLAS keeps so few to one thread: with
2,048 its threads wait for one another, which on busy cores took twenty times as long."""
OVERLAP = 100
"""Newest known rows looked at again: one with a lower id may be committed a little later (PostgreSQL)."""
MOST_ROUNDS = 8
"""Looks at the table for one question: one, unless rows were replaced or may not be seen."""
READ_AT_ONCE = 2_000
Floats: TypeAlias = NDArray[np.float32]
Visible: TypeAlias = Callable[[Collection[int]], set[int]]
"""Those of some keys that the asker may see."""


class Nearest:
    """The passages of database ``alias`` whose vectors are as wide as those asked with."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._lock = threading.Lock()
        self._matrix = Matrix(0)
        self._newest: dict[int, str] = {}
        self._whole = 0

    def nearest(self, vector: bytes, limit: int, visible: Visible) -> list[Near]:
        """See :class:`search.engines.contract.Engine`. For who sees the desk, its document is the near one."""
        question: Floats = np.frombuffer(vector, dtype="<f4").astype(np.float32)
        found: list[Near] = []
        for passages in self._in_order(question, limit):
            shown = visible({sign * one.key for one in passages for sign in (1, -1)})
            for one in passages:
                keys = {one.key, -one.key} & shown
                found += [one._replace(key=key) for key in keys]
            if len(found) >= limit:
                break
        return sorted(found, key=lambda one: (-one.cosine, one.key))[:limit]

    def _in_order(self, question: Floats, limit: int) -> Iterator[list[Near]]:
        """Resources by their best passage, nearest first: ``limit`` at a time, each once."""
        with self._lock:
            self._refresh(question.size)
            matrix = self._matrix
            scores = matrix.scores(question)
        given = 0
        for _round in range(MOST_ROUNDS):
            rows = matrix.best(scores, given + limit)[given:]
            if not rows:
                return
            found = self._as_stored(rows, question)
            if len(found) < len(rows):
                with self._lock:
                    matrix.remove(set(rows) - found.keys(), scores)
                continue
            given += len(rows)
            yield list(found.values())

    def _as_stored(self, rows: Sequence[int], question: Floats) -> dict[int, Near]:
        """Those of ``rows`` that the table still has."""
        stored = Passage.objects.using(self.alias).filter(pk__in=rows)
        return {
            row: Near(key, float(_values(vector) @ question), number)
            for row, key, number, vector in stored.values_list("pk", "key", "number", "vector")
        }

    def _refresh(self, width: int) -> None:
        """Take in what is new; everything where ids are given anew, or much of what is held may be gone."""
        grown = self._matrix.size > 1_000 + self._whole * 3 // 2
        if self._matrix.width != width or grown or not self._newest:
            return self._load_all(width)
        seen = dict(self._rows(min(self._newest)).values_list("pk", "digest"))
        known = seen.keys() & self._newest.keys()
        if not known or any(seen[row] != self._newest[row] for row in known):
            return self._load_all(width)
        new = seen.keys() - known
        if new:
            rows = self._rows(min(new)).exclude(pk__in=known)
            self._take(rows)
        return None

    def _load_all(self, width: int) -> None:
        self._matrix, self._newest = Matrix(width), {}
        self._take(self._rows(0))
        self._whole = self._matrix.size

    def _rows(self, first: int) -> Any:
        return Passage.objects.using(self.alias).filter(pk__gte=first).order_by("pk")

    def _take(self, rows: Any) -> None:
        read = rows.values_list("pk", "key", "digest", "vector").iterator(chunk_size=READ_AT_ONCE)
        for row, key, digest, vector in read:
            self._matrix.add(row, key, bytes(vector))
            self._newest[row] = digest
        self._newest = dict(sorted(self._newest.items())[-OVERLAP:])


def _values(vector: Any) -> Floats:
    values: Floats = np.frombuffer(bytes(vector), dtype="<f4")
    return values


class Matrix:
    """Vectors as int8, each with its scale, row id and resource."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.size = 0
        self._numbers = np.empty((0, width), dtype=np.int8)
        self._scales = np.empty(0, dtype=np.float32)
        self._rows = np.empty(0, dtype=np.int64)
        self._resources = np.empty(0, dtype=np.int64)

    def add(self, row: int, key: int, vector: bytes) -> None:
        """Hold one more; a vector of another width is of another model, and is left out."""
        if len(vector) != self.width * 4:
            return
        if self.size == len(self._rows):
            self._make_room()
        values = _values(vector)
        scale = float(np.abs(values).max()) / 127 or 1.0
        self._numbers[self.size] = np.rint(values / scale)
        self._scales[self.size] = scale
        self._rows[self.size] = row
        self._resources[self.size] = abs(key)
        self.size += 1

    def _make_room(self) -> None:
        room = max(1_024, self.size * 3 // 2)
        for name in ("_numbers", "_scales", "_rows", "_resources"):
            held = getattr(self, name)
            wider = np.empty((room, *held.shape[1:]), dtype=held.dtype)
            wider[: self.size] = held[: self.size]
            setattr(self, name, wider)

    def remove(self, rows: Collection[int], scores: Floats) -> None:
        """Leave these rows out from now on, and out of ``scores``."""
        gone = np.isin(self._rows[: self.size], list(rows))
        self._scales[: self.size][gone] = np.nan
        scores[gone[: scores.size]] = np.nan

    def scores(self, question: Floats) -> Floats:
        """About the cosine of each, NaN where removed."""
        scores = np.empty(self.size, dtype=np.float32)
        block = np.empty((BLOCK, self.width), dtype=np.float32)
        for start in range(0, self.size, BLOCK):
            end = min(start + BLOCK, self.size)
            part = block[: end - start]
            np.copyto(part, self._numbers[start:end])
            np.dot(part, question, out=scores[start:end])
        scores *= self._scales[: self.size]
        return scores

    def best(self, scores: Floats, wanted: int) -> list[int]:
        """Ids of the best row of each of ``wanted`` resources, best first."""
        order = np.where(np.isnan(scores), -np.inf, scores)
        looked_at = wanted * 8
        while True:
            looked_at = min(looked_at, scores.size)
            top = np.argpartition(-order, looked_at - 1)[:looked_at] if looked_at else np.empty(0, dtype=int)
            top = top[np.lexsort((top, -order[top]))]
            top = top[np.isfinite(order[top])]
            _resources, first = np.unique(self._resources[top], return_index=True)
            if first.size >= wanted or looked_at == scores.size:
                return [int(row) for row in self._rows[top[np.sort(first)[:wanted]]]]
            looked_at *= 4
