"""The one entry for whoever looks for resources: asks the engine, and checks its answer with what is live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.conf import settings

from media_library import access
from media_library.models import Resource
from search import (
    cursor,
    engines,
    facets,
    fusion,
    highlight,
    indexing,
    meaning,
    picks,
    questions,
    spelling,
    text,
)
from search.engines.contract import Answer, Ask, Engine, Hit, Reader, Resting, Unavailable
from search.fusion import Fused
from search.marking import Marker
from search.query import Query
from search.request import FACETS, Notice, SearchRequest, place_lost
from search.results import DocumentFound, DocumentResults, SearchResult, SearchResults, Suggestion
from search.spelling import Spelling

PAGE = 20
"""Results of one page."""
FEW = 3
"""With fewer hits than this, another wording is offered."""
log = structlog.get_logger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Finding:
    """An engine's answer and the words that brought it about; see :class:`search.results.SearchResults`."""

    answer: Answer
    query: Query
    suggestion: str | None = None
    corrected: str | None = None
    loose: bool = False
    picked: frozenset[int] = frozenset()
    by_meaning: frozenset[int] = frozenset()
    engine: str = ""


def search(request: SearchRequest, *, at: datetime, user: Any = None, size: int = PAGE) -> SearchResults:
    """What ``user`` may see at ``at`` of what ``request`` asks for; everyone without one.

    Nothing found and another wording finds something: its results, with ``corrected`` set to that wording.
    The embedded engine answers in the place of one that does not, with ``simpler`` set.
    """
    found, told = _told(request, at=at, reader=reader_of(user), size=size)
    return SearchResults(**told, results=_results(found, user=user, at=at))


def documents_found(
    request: SearchRequest, *, at: datetime, size: int = PAGE, counted: tuple[str, ...] = FACETS
) -> DocumentResults:
    """As :func:`search` for everyone, with documents for resources: one query beyond the engine's own.

    ``counted``: the facets to count.
    """
    found, told = _told(request, at=at, reader=None, size=size, counted=counted)
    return DocumentResults(**told, results=_documents(found, at=at))


def _told(
    request: SearchRequest,
    *,
    at: datetime,
    reader: Reader | None,
    size: int,
    counted: tuple[str, ...] = FACETS,
) -> tuple[Finding, dict[str, Any]]:
    """What the engine found, and everything of :class:`search.results.Results` that follows from it."""
    notices: list[Notice] = []
    place = _place(request, notices)
    found = look(request, place=place, at=at, reader=reader, size=size, counted=counted)
    if place is not None and place.engine != found.engine:
        notices.append(place_lost())
    return found, {
        "request": request,
        "total": found.answer.total,
        "facets": facets.labelled(found.answer.facets, request),
        "suggestion": found.suggestion,
        "corrected": found.corrected,
        "loose": found.loose,
        "simpler": found.engine != engines.engine().name,
        "next": _next(request, found),
        "notices": tuple(notices),
    }


def reader_of(user: Any) -> Reader | None:
    """Whose desks ``user`` looks at; None for the public."""
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    lead, agencies = access.is_lead(user), frozenset(access.agency_ids(user))
    return Reader(agencies=agencies, lead=lead) if lead or agencies else None


def look(
    request: SearchRequest,
    *,
    place: cursor.Place | None,
    at: datetime,
    reader: Reader | None,
    size: int,
    counted: tuple[str, ...] = FACETS,
) -> Finding:
    """What the engine answers to ``request``, or the embedded one for it."""

    def ask(target: Engine) -> Finding:
        here = place if place is not None and place.engine == target.name else None
        return find(request, target, place=here, at=at, size=size, reader=reader, counted=counted)

    return answered(ask)


def answered(ask: Callable[[Engine], Result]) -> Result:
    """What ``ask`` gets from the configured engine, else from the embedded one. Raises Unavailable."""
    try:
        return ask(engines.engine())
    except Unavailable as problem:
        other = engines.simpler()
        if other is None:
            raise
        if not isinstance(problem, Resting):
            log.warning("search_engine_unavailable", engine=engines.engine().name, problem=str(problem))
        return ask(other)


def find(
    request: SearchRequest,
    target: Engine,
    *,
    at: datetime,
    size: int,
    place: cursor.Place | None = None,
    reader: Reader | None = None,
    counted: tuple[str, ...] = FACETS,
) -> Finding:
    """What ``target`` answers, with another wording where there is little or nothing."""
    query, restored = understood(request)
    ask = Ask(
        query=query,
        reader=reader,
        hidden=indexing.hidden(target, at=at),
        filters=facets.current_codes(request.filters),
        sort="newest" if query.empty and request.sort == "relevance" else request.sort,
        after=place.position if place else None,
        snapshot=place.snapshot if place else "",
        size=size,
        facets=counted,
        at=at,
    )
    picked = picks.picked(query, at=at) if reader is None else ()
    meant = _meant(ask, target, restored) if reader is None and not request.exact else Fused()
    ask = replace(ask, first=tuple(dict.fromkeys((*picked, *meant.first))))
    found = Finding(
        target.search(ask),
        query,
        engine=target.name,
        picked=frozenset(picked),
        by_meaning=meant.by_meaning - set(picked),
    )
    # A later page without hits for these words belongs to what was found in their place.
    settled = place is not None and found.answer.total > 0
    return found if settled or request.exact or query.empty else _put_right(found, ask, target, restored)


def understood(request: SearchRequest) -> tuple[Query, Spelling | None]:
    """The question with its accents, where it came without any and is ranked, and how it is then written.

    Accents only rank; figures: docs/decisions/0080.
    """
    query = Query.parse(request.q)
    ranked = request.sort == "relevance" and not (request.exact or query.empty)
    if not ranked or query.marked or query.english:
        return query, None
    restored = spelling.put_right(query)
    return (query.with_accents(restored.words) if restored else query), restored


def _meant(ask: Ask, target: Engine, restored: Spelling | None) -> Fused:
    """What stands first when words and meaning are asked together; the same for every page and choice."""
    if not settings.SEARCH_MEANING or ask.query.empty or ask.sort != "relevance":
        return Fused()
    whole = replace(ask, filters={}, facets=(), after=None, snapshot="")
    return fusion.legs(
        ask.query,
        restored=restored.text if restored else None,
        lexical=lambda depth: target.keys(replace(whole, size=depth)),
        engine=target,
        at=ask.at,
        reader=ask.reader,
    )


def _put_right(found: Finding, ask: Ask, target: Engine, known: Spelling | None) -> Finding:
    """``found``, with another wording offered or, where nothing was found, taken instead."""
    total = found.answer.total
    right = (known or spelling.put_right(found.query)) if total < MANY else None
    if right is not None and (total < FEW or right.unknown):
        better = replace(ask, query=Query.parse(right.text))
        if not total and (other := target.search(better)).total:
            return replace(found, answer=other, query=better.query, corrected=right.text)
        others = target.search(replace(better, facets=(), size=1)).total
        if others > (0 if right.unknown else total):
            return replace(found, suggestion=right.text)
    return found if total else _looser(found, ask, target)


MANY = 200
"""With so many hits nobody is asked whether they meant something else."""


def _looser(found: Finding, ask: Ask, target: Engine) -> Finding:
    """What has only some of the words; nothing where there was but one, or a quoted phrase."""
    query = found.query
    if query.phrases or len(query.units) < 2:
        return found
    answer = target.search(replace(ask, query=replace(query, loose=True)))
    return replace(found, answer=answer, loose=True) if answer.total else found


def suggest(prefix: str, *, lang: str = "vi", limit: int = 8, at: datetime) -> list[Suggestion]:
    """Lines of public resources with a word that begins with ``prefix``, shown with their accents."""

    def ask(target: Engine) -> list[Suggestion]:
        hidden = indexing.hidden(target, at=at)
        return target.suggest(prefix[:200], language=lang, limit=limit, at=at, hidden=hidden)

    return _with_questions(answered(ask), prefix[:200], lang=lang, limit=limit)


def _with_questions(lines: list[Suggestion], prefix: str, *, lang: str, limit: int) -> list[Suggestion]:
    """``lines`` with what many others asked, before the titles."""
    key = text.key(prefix)
    asked = questions.popular(key, language=lang, limit=MOST_QUESTIONS) if key else []
    known = {text.key(line.text) for line in lines}
    fresh = [Suggestion(one, "question") for one in asked if text.key(one) not in known]
    named = [line for line in lines if line.kind != "title"]
    titles = [line for line in lines if line.kind == "title"]
    return [*named, *fresh, *titles][:limit] if fresh else lines


MOST_QUESTIONS = 3
"""Questions of others among the suggestions."""


def similar(resource: Resource, *, limit: int = 4, at: datetime) -> list[Resource]:
    """Public resources like ``resource``, best first, cards loaded; no translation of it."""
    ids = answered(lambda target: meaning.like(target, resource.pk, limit=limit + 5, at=at))
    shown = _live(ids, user=None, at=at)
    others = (shown[pk] for pk in ids if pk in shown)
    return [one for one in others if one.translation_key != resource.translation_key][:limit]


def _place(request: SearchRequest, notices: list[Notice]) -> cursor.Place | None:
    try:
        return cursor.read(request)
    except cursor.BadCursor:
        notices.append(place_lost())
        return None


def _next(request: SearchRequest, found: Finding) -> str | None:
    if found.answer.next is None:
        return None
    return cursor.write(request, cursor.Place(found.engine, found.answer.next, found.answer.snapshot))


def _results(found: Finding, *, user: Any, at: datetime) -> tuple[SearchResult, ...]:
    """Hits with their resources; whatever the asker may not see by the live table is left out."""
    hits: Sequence[Hit] = found.answer.hits
    shown = _live((abs(hit.id) for hit in hits), user=user, at=at)
    marker = Marker(found.query)
    return tuple(_result(shown[abs(hit.id)], hit, marker, found) for hit in hits if abs(hit.id) in shown)


def _result(resource: Resource, hit: Hit, marker: Marker, found: Finding) -> SearchResult:
    marked = highlight.found_in(hit.document, marker)
    return SearchResult(
        resource,
        marked.highlights,
        marked.spoken,
        marked.page,
        picked=hit.id in found.picked,
        by_meaning=hit.id in found.by_meaning,
        key=hit.id,
    )


def _documents(found: Finding, *, at: datetime) -> tuple[DocumentFound, ...]:
    """Hits with their documents; whatever is not public by the live table is left out."""
    hits = found.answer.hits
    public = Resource.objects.public(at).filter(pk__in=[hit.id for hit in hits])
    shown, marker = set(public.values_list("pk", flat=True)), Marker(found.query)
    return tuple(_document(hit, marker, found) for hit in hits if hit.id in shown)


def _document(hit: Hit, marker: Marker, found: Finding) -> DocumentFound:
    marked = highlight.found_in(hit.document, marker)
    return DocumentFound(
        hit.document,
        marked.highlights,
        marked.spoken,
        marked.page,
        picked=hit.id in found.picked,
        by_meaning=hit.id in found.by_meaning,
    )


def _live(ids: Iterable[int], *, user: Any, at: datetime) -> dict[int, Resource]:
    """Those of ``ids`` that ``user`` may see, with what their cards show."""
    allowed = Resource.objects.visible_to(user, at) if reader_of(user) else Resource.objects.public(at)
    return allowed.with_cards().in_bulk(list(ids))
