"""The search behind the admin's listing and choosers: drafts of one's own agencies, or what is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from media_library import access
from media_library.models import Agency
from search import indexing
from search.engines.contract import Ask, Engine, Reader, Unavailable
from search.finding import answered
from search.query import Query


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

    def answer(target: Engine) -> list[int]:
        hits = target.search(replace(ask, hidden=indexing.hidden(target, at=at))).hits
        return list(dict.fromkeys(abs(hit.id) for hit in hits))

    try:
        return answered(answer)
    except Unavailable:
        return None


def _reader(user: Any) -> Reader | None:
    if user is None:
        return None
    return Reader(agencies=frozenset(access.agency_ids(user)), lead=access.is_lead(user))


def _codes(user: Any) -> tuple[str, ...]:
    """Codes under which documents of the user's agencies are indexed: those that carry them on today."""
    current = Agency.objects.filter(pk__in=access.agency_ids(user), successor=None)
    return tuple(current.order_by("code").values_list("code", flat=True))
