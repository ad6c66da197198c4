"""Documents in the order of their titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.engines.contract import Position
from search.engines.database.columns import Columns, Places

Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""What a statement selects."""
LOOKED_AT = 100
"""Titles after a place of which one is surely known: the others were written this moment."""


@dataclass(frozen=True)
class Titles:
    """``ranks``: for each document of ``columns`` how many titles stand before its own."""

    columns: Columns
    ranks: Places
    rows: Rows
    side: str

    @classmethod
    def read(cls, columns: Columns, rows: Rows, *, side: str) -> Titles:
        """``side``: the condition that these documents meet."""
        keys = rows(
            "SELECT resource_id FROM search_indexeddocument"
            f" WHERE NOT deleted AND {side} ORDER BY title_key, resource_id",
            (),
        )
        places, _known = columns.places([key for (key,) in keys])
        ranks = np.full(len(columns.keys), len(columns.keys), dtype=np.int64)
        ranks[places] = np.arange(len(places))
        return cls(columns, ranks, rows, side)

    def rank_after(self, position: Position) -> int:
        """The rank of the first document after ``position`` (key of the title, key of the document)."""
        keys = self.rows(
            f"SELECT resource_id FROM search_indexeddocument WHERE NOT deleted AND {self.side} AND"
            f" (title_key, resource_id) > (%s, %s) ORDER BY title_key, resource_id LIMIT {LOOKED_AT}",
            tuple(position),
        )
        places, _known = self.columns.places([key for (key,) in keys])
        return int(self.ranks[places[0]]) if len(places) else len(self.ranks) + 1
