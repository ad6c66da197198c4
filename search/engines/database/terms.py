"""Which documents have a key and how much it says of each: asked of the database once, then kept.

A score of a question is the sum of the scores of its keys (BM25 in FTS5 and ours in PostgreSQL alike), so
what is kept of one question serves every other with the same keys. Common keys are what costs time, and are
the same few.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.engines.database.columns import Columns, Places

MOST_BYTES = 64 * 2**20
"""Of all that a process keeps here: some five million times "this document has this key"."""
MOST_CHANGED = 200
"""Documents changed since something was kept, up to which only these are looked at again."""
FEW = 1_000
"""Documents up to which a key is rather looked for anew than brought up to date."""
AT_A_TIME = 100
"""Keys of one statement; SQLite takes 500."""


class Sought(NamedTuple):
    """An expression of the dialect, looked for among the public's documents or the desk's.

    ``weights``: how much it says by column, in the dialect's own form; empty where only having it matters.
    """

    expression: str
    weights: str
    desk: bool


Looked = tuple[Sought, Sequence[int] | None]
"""What to look for, and among which documents alone; None: all."""
Heard = tuple[int, Places, npt.NDArray[np.float64]]
"""Number of what was looked for, keys of the documents that have it, their scores (none where nothing weighs)."""
Look = Callable[[Sequence[Looked]], Iterable[Heard]]


@dataclass(frozen=True)
class Found:
    """Places within ``keys`` (of :class:`Columns`) of what has an expression, and the scores.

    True of the index as of write number ``write``.
    """

    keys: Places
    places: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]
    write: int

    @property
    def size(self) -> int:
        return self.places.nbytes + self.scores.nbytes + 500

    @classmethod
    def of(cls, keys: Places, scores: npt.NDArray[np.float64], columns: Columns, write: int) -> Found:
        places, known = columns.places(keys)
        said = scores.astype(np.float32)[known] if len(scores) else _NONE
        return cls(columns.keys, places.astype(np.int32), said, write)

    def moved(self, columns: Columns) -> Found:
        """The same among the keys of ``columns``."""
        if self.keys is columns.keys:
            return self
        places, known = columns.places(self.keys[self.places])
        scores = self.scores[known] if len(self.scores) else self.scores
        return Found(columns.keys, places.astype(np.int32), scores, self.write)

    def mended(self, changed: Places, fresh: Found) -> Found:
        """With ``fresh`` for what is stored of the documents at the places ``changed``."""
        kept = ~np.isin(self.places, changed)
        scores = self.scores[kept] if len(self.scores) else self.scores
        return Found(
            self.keys,
            np.concatenate([self.places[kept], fresh.places]),
            np.concatenate([scores, fresh.scores]),
            fresh.write,
        )


_NONE: npt.NDArray[np.float32] = np.zeros(0, dtype=np.float32)


class Terms:
    """What a process keeps; the least used goes first. Safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Sought, Found] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(
        self,
        sought: Iterable[Sought],
        *,
        columns: Columns,
        write: int,
        changed: Callable[[int], Sequence[int] | None],
        look: Look,
    ) -> dict[Sought, Found]:
        """What has each of ``sought``, as of ``write`` or later.

        ``changed`` says which documents were written since a write; None where that is not known any more.
        """
        found: dict[Sought, Found] = {}
        mended: dict[Sought, Sequence[int]] = {}
        wanted: list[Looked] = []
        for one in dict.fromkeys(sought):
            kept = self._get(one)
            since = _since(kept, write, changed)
            if kept is None or since is None:
                wanted.append((one, None))
                continue
            found[one] = kept.moved(columns)
            if since:
                wanted.append((one, since))
                mended[one] = since
        for one, fresh in _looked_for(wanted, columns, write, look).items():
            if one in mended:
                fresh = found[one].mended(columns.places(mended[one])[0], fresh)
            found[one] = fresh
            self._keep(one, fresh)
        return found

    def _get(self, sought: Sought) -> Found | None:
        with self._lock:
            if sought in self._kept:
                self._kept.move_to_end(sought)
            return self._kept.get(sought)

    def _keep(self, sought: Sought, found: Found) -> None:
        with self._lock:
            old = self._kept.pop(sought, None)
            self._kept[sought] = found
            self._bytes += found.size - (old.size if old else 0)
            while self._bytes > MOST_BYTES:
                _sought, gone = self._kept.popitem(last=False)
                self._bytes -= gone.size


def _since(
    kept: Found | None, write: int, changed: Callable[[int], Sequence[int] | None]
) -> Sequence[int] | None:
    """The documents that ``kept`` has to be mended for; None where it is better looked for anew."""
    if kept is None or kept.write >= write:
        return ()
    since = changed(kept.write) if len(kept.places) > FEW else None
    return since if since is not None and len(since) <= MOST_CHANGED else None


def _looked_for(wanted: Sequence[Looked], columns: Columns, write: int, look: Look) -> dict[Sought, Found]:
    found: dict[Sought, Found] = {}
    for start in range(0, len(wanted), AT_A_TIME):
        chunk = wanted[start : start + AT_A_TIME]
        for number, keys, scores in look(chunk):
            found[chunk[number][0]] = Found.of(keys, scores, columns, write)
    return found
