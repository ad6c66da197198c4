"""Editors' picks: what comes first for a question, within its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from search import text
from search.kept import Kept
from search.models import Pick
from search.query import Query

MOST = 5
"""Picks that stand before the results of one question."""


@dataclass(frozen=True, slots=True)
class Chosen:
    resource_id: int
    starts_at: datetime | None
    ends_at: datetime | None

    def holds(self, at: datetime) -> bool:
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or at < self.ends_at
        )


def _load() -> dict[str, tuple[Chosen, ...]]:
    found: dict[str, tuple[Chosen, ...]] = {}
    rows = Pick.objects.order_by("key", "sort_order", "pk")
    for key, resource, starts, ends in rows.values_list("key", "resource_id", "starts_at", "ends_at"):
        found[key] = (*found.get(key, ()), Chosen(resource, starts, ends))
    return found


KEPT: Kept[dict[str, tuple[Chosen, ...]]] = Kept(lambda: Pick, _load)


def picked(query: Query, *, at: datetime) -> tuple[int, ...]:
    """Keys of the resources that editors put first for ``query`` at ``at``, in order, at most :data:`MOST`.

    Whether they may be seen is not asked here: engines and results do.
    """
    chosen = KEPT.get().get(text.question_key(query.text), ()) if not query.empty else ()
    return tuple(one.resource_id for one in chosen if one.holds(at))[:MOST]
