"""The one entry for whoever looks for resources: asks the engine, and checks its answer with what is live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from media_library.models import Resource
from search import cursor, engines, facets, highlight, spelling
from search.engines.contract import Answer, Ask, Document, Engine, Hit, Position
from search.marking import Marker
from search.query import Query
from search.request import FACETS, Notice, SearchRequest, place_lost
from search.results import DocumentFound, DocumentResults, SearchResult, SearchResults, Suggestion

PAGE = 20
"""Results of one page."""
FEW = 3
"""With fewer hits than this, another wording is offered."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An engine's answer and the words that brought it about; see :class:`search.results.SearchResults`."""

    answer: Answer
    query: Query
    suggestion: str | None = None
    corrected: str | None = None


def search(request: SearchRequest, *, at: datetime, user: Any = None, size: int = PAGE) -> SearchResults:
    """What everyone may see at ``at`` of what ``request`` asks for.

    Nothing found and another wording finds something: its results, with ``corrected`` set to that wording.
    ``user`` is who asks; today everybody is shown what is public.
    """
    found, told = _asked(request, at=at, size=size, counted=FACETS)
    return SearchResults(**told, results=_results(found.answer.hits, found.query, at))


def documents_found(
    request: SearchRequest, *, at: datetime, size: int = PAGE, counted: tuple[str, ...] = FACETS
) -> DocumentResults:
    """As :func:`search`, with documents for resources: one query beyond the engine's own.

    ``counted``: the facets to count.
    """
    found, told = _asked(request, at=at, size=size, counted=counted)
    return DocumentResults(**told, results=_documents(found.answer.hits, found.query, at))


def _asked(
    request: SearchRequest, *, at: datetime, size: int, counted: tuple[str, ...]
) -> tuple[Finding, dict[str, Any]]:
    """What the engine found, and everything of :class:`search.results.Results` that follows from it."""
    notices: list[Notice] = []
    position = _position(request, notices)
    found = find(request, engines.engine(), position=position, at=at, size=size, counted=counted)
    told = {
        "request": request,
        "total": found.answer.total,
        "facets": facets.labelled(found.answer.facets, request),
        "suggestion": found.suggestion,
        "corrected": found.corrected,
        "next": cursor.write(request, found.answer.next) if found.answer.next else None,
        "notices": tuple(notices),
    }
    return found, told


def find(
    request: SearchRequest,
    target: Engine,
    *,
    position: Position | None,
    at: datetime,
    size: int,
    counted: tuple[str, ...] = FACETS,
) -> Finding:
    """What ``target`` answers, with another wording where there is little or nothing."""
    query = Query.parse(request.q)
    filters = facets.current_codes(request.filters)
    sort = "newest" if query.empty and request.sort == "relevance" else request.sort
    ask = Ask(query=query, filters=filters, sort=sort, after=position, size=size, facets=counted, at=at)
    answer = target.search(ask)
    # A later page without hits for these words belongs to the wording that was put in their place.
    right = spelling.put_right(query) if position is None or not answer.total else None
    if right is None or (answer.total >= FEW and not right.unknown):
        return Finding(answer, query)
    better = replace(ask, query=Query.parse(right.text))
    if answer.total == 0 and (other := target.search(better)).total:
        return Finding(other, better.query, corrected=right.text)
    total = target.search(replace(better, facets=(), size=1)).total
    offered = total > (0 if right.unknown else answer.total)
    return Finding(answer, query, suggestion=right.text if offered else None)


def suggest(prefix: str, *, lang: str = "vi", limit: int = 8, at: datetime) -> list[Suggestion]:
    """Lines of public resources with a word that begins with ``prefix``, shown with their accents."""
    return engines.engine().suggest(prefix[:200], language=lang, limit=limit, at=at)


def similar(resource: Resource, *, limit: int = 4, at: datetime) -> list[Resource]:
    """Public resources like ``resource``, best first, cards loaded; no translation of it."""
    ids = engines.engine().similar(resource.pk, limit=limit + 5, at=at)
    shown = _live(ids, at)
    others = (shown[pk] for pk in ids if pk in shown)
    return [one for one in others if one.translation_key != resource.translation_key][:limit]


def _position(request: SearchRequest, notices: list[Notice]) -> Position | None:
    try:
        return cursor.read(request)
    except cursor.BadCursor:
        notices.append(place_lost())
        return None


def _results(hits: Sequence[Hit], query: Query, at: datetime) -> tuple[SearchResult, ...]:
    """Hits with their resources; whatever is not public by the live table is left out."""
    shown, marker = _live((hit.id for hit in hits), at), Marker(query)
    return tuple(_result(shown[hit.id], hit, marker) for hit in hits if hit.id in shown)


def _result(resource: Resource, hit: Hit, marker: Marker) -> SearchResult:
    found = highlight.found_in(hit.document, marker)
    return SearchResult(resource, found.highlights, found.spoken, found.page)


def _documents(hits: Sequence[Hit], query: Query, at: datetime) -> tuple[DocumentFound, ...]:
    """Hits with their documents; whatever is not public by the live table is left out."""
    shown = set(
        Resource.objects.public(at).filter(pk__in=[hit.id for hit in hits]).values_list("pk", flat=True)
    )
    marker = Marker(query)
    return tuple(_document(hit.document, marker) for hit in hits if hit.id in shown)


def _document(document: Document, marker: Marker) -> DocumentFound:
    found = highlight.found_in(document, marker)
    return DocumentFound(document, found.highlights, found.spoken, found.page)


def _live(ids: Iterable[int], at: datetime) -> dict[int, Resource]:
    """Those of ``ids`` that are public, with what their cards show."""
    return Resource.objects.public(at).with_cards().in_bulk(list(ids))
