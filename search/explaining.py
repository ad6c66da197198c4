"""Why a result stands where it does: what each word and each boost adds to its score, for editors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.request import SearchRequest

WORD, BOOST, TOTAL, NOTE = "word", "boost", "total", "note"


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the reckoning. ``label``: words for an editor; ``value``: points; ``kind``: word, boost,
    total, or note (no points: the value is 0)."""

    label: str
    value: float
    kind: str


def explain(request: SearchRequest, keys: Sequence[int], *, at: datetime, user: Any) -> dict[int, list[Part]]:
    """The reckoning for each of ``keys`` (:attr:`search.results.SearchResult.key`)."""
    return {}
