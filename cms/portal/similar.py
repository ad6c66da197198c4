"""Which of the similar resources stand beside a resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from media_library.models import Resource


def prefer_other_agencies(resources: Sequence[Resource], *, own: int, limit: int) -> list[Resource]:
    """``limit`` of ``resources`` (best first), from as many agencies as they offer; the order stays.

    Each agency's best comes before anybody's second; what ``own`` made stands one place further back, as a
    reader who looks at one of its resources finds the others on its page.
    """
    before: Counter[int] = Counter({own: 1})
    ranked = []
    for rank, resource in enumerate(resources):
        ranked.append((before[resource.agency_id], rank))
        before[resource.agency_id] += 1
    taken = sorted(rank for _turn, rank in sorted(ranked)[:limit])
    return [resources[rank] for rank in taken]
