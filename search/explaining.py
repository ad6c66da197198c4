"""Why a result stands where it does, in parts with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    value: float


def explain(request: SearchRequest, keys: Sequence[int], *, at: datetime, user: Any) -> dict[int, list[Part]]:
    """Parts of the score of each of ``keys``."""
    return {}
