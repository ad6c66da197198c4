"""The search behind the admin's listing and choosers: drafts of one's own agencies, or what is public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import structlog

from media_library import access
from media_library.models import Agency
from search import engines
from search.engines.contract import Ask, Engine, Reader, Unavailable
from search.query import Query

log = structlog.get_logger(__name__)


def found(words: str, *, user: Any, at: datetime, limit: int = 500) -> list[int] | None:
    """Keys of resources with ``words``, best first; see :class:`media_library.editing.finding.Finder`.

    With a ``user``, the newest versions in what the user's agencies keep (all for the lead department);
    without, what is public. None where no engine answers.
    """
    query = Query.parse(words)
    if query.empty:
        return None
    filters = {} if user is None or access.is_lead(user) else {"agency": _codes(user)}
    if "agency" in filters and not filters["agency"]:
        return []
    ask = Ask(query=query, reader=_reader(user), filters=filters, facets=(), size=limit, at=at)
    for engine in _engines():
        try:
            return list(dict.fromkeys(abs(hit.id) for hit in engine.search(ask).hits))
        except Unavailable:
            log.warning("desk_search_unavailable", engine=engine.name)
    return None


def _engines() -> Iterator[Engine]:
    yield engines.engine()
    if (other := engines.simpler()) is not None:
        yield other


def _reader(user: Any) -> Reader | None:
    if user is None:
        return None
    return Reader(agencies=frozenset(access.agency_ids(user)), lead=access.is_lead(user))


def _codes(user: Any) -> tuple[str, ...]:
    """Codes under which documents of the user's agencies are indexed: those that carry them on today."""
    current = Agency.objects.filter(pk__in=access.agency_ids(user), successor=None)
    return tuple(current.order_by("code").values_list("code", flat=True))
