"""The one entry for whoever looks for resources: asks the engine, and checks its answer against what is live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from media_library.models import Resource
from search import cursor, facets, highlight, spelling
from search.engines import engine
from search.engines.contract import Answer, Ask, Hit, Position
from search.query import Query
from search.request import Notice, SearchRequest, place_lost
from search.results import SearchResult, SearchResults, Suggestion

PAGE = 20
"""Results of one page."""
FEW = 3
"""With fewer hits than this, another wording is offered."""


def search(request: SearchRequest, *, at: datetime, user: Any = None, size: int = PAGE) -> SearchResults:
    """What everyone may see at ``at`` of what ``request`` asks for.

    Nothing found and another wording finds something: its results, with ``corrected`` set to that wording.
    ``user`` is who asks; today everybody is shown what is public.
    """
    notices: list[Notice] = []
    position = _position(request, notices)
    query = Query.parse(request.q)
    answer = _ask(request, query, position, at=at, size=size)
    suggestion = corrected = None
    if answer.total < FEW and position is None and (right := spelling.put_right(query)):
        better = Query.parse(right.text)
        if answer.total == 0:
            other = _ask(request, better, None, at=at, size=size)
            if other.total:
                answer, query, corrected = other, better, right.text
        if corrected is None and _finds_more(better, answer.total, at):
            suggestion = right.text
    shown = request if corrected is None else replace(request, q=corrected)
    return SearchResults(
        request=request,
        total=answer.total,
        results=_results(answer.hits, query, at),
        facets=facets.labelled(answer.facets, request),
        suggestion=suggestion,
        corrected=corrected,
        next=cursor.write(shown, answer.next) if answer.next else None,
        notices=tuple(notices),
    )


def suggest(prefix: str, *, lang: str = "vi", limit: int = 8, at: datetime) -> list[Suggestion]:
    """Lines of public resources with a word that begins with ``prefix``, shown with their accents."""
    return engine().suggest(prefix[:200], language=lang, limit=limit, at=at)


def similar(resource: Resource, *, limit: int = 4, at: datetime) -> list[Resource]:
    """Public resources like ``resource``, best first, cards loaded; no translation of it."""
    ids = engine().similar(resource.pk, limit=limit + 5, at=at)
    shown = _live(ids, at)
    others = (shown[pk] for pk in ids if pk in shown)
    return [one for one in others if one.translation_key != resource.translation_key][:limit]


def _position(request: SearchRequest, notices: list[Notice]) -> Position | None:
    try:
        return cursor.read(request)
    except cursor.BadCursor:
        notices.append(place_lost())
        return None


def _ask(
    request: SearchRequest, query: Query, position: Position | None, *, at: datetime, size: int
) -> Answer:
    sort = "newest" if query.empty else request.sort
    filters = facets.current_codes(request.filters)
    return engine().search(Ask(query=query, filters=filters, sort=sort, after=position, size=size, at=at))


def _finds_more(query: Query, than: int, at: datetime) -> bool:
    """Whether ``query`` without any choice finds more than ``than``."""
    return engine().search(Ask(query=query, size=1, facets=(), at=at)).total > than


def _results(hits: Sequence[Hit], query: Query, at: datetime) -> tuple[SearchResult, ...]:
    """Hits with their resources; whatever is not public by the live table is left out."""
    shown = _live((hit.id for hit in hits), at)
    return tuple(_result(shown[hit.id], hit, query) for hit in hits if hit.id in shown)


def _result(resource: Resource, hit: Hit, query: Query) -> SearchResult:
    found = highlight.found_in(hit.document, query)
    return SearchResult(resource, found.highlights, found.spoken, found.page)


def _live(ids: Iterable[int], at: datetime) -> dict[int, Resource]:
    """Those of ``ids`` that are public, with what their cards show."""
    return Resource.objects.public(at).with_cards().in_bulk(list(ids))
