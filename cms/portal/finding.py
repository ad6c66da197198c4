"""The answer of a search as the page shows it: results with cards, facets, chips, and ways out of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

import search as library_search
from cms.portal.agencies import Directory
from cms.portal.cards import Card, card_of, shelved
from cms.portal.facets import facets_of
from cms.portal.media import document_of
from cms.portal.pictures import public
from cms.portal.presenting import newest_cards
from cms.portal.terms import widest_topics
from search import questions
from search.explaining import Part
from search.request import FACETS, SORTS, SearchRequest
from search.results import SearchResult, SearchResults

TOPICS = 10
"""Topics offered where nothing was found."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice in force, and the query string of the search without it."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """``page_url`` leads to the page of a PDF that has the words, where the file is open to all.

    ``parts``: why it stands where it does; None for those who may not know.
    """

    result: SearchResult
    card: Card
    page_url: str
    parts: Sequence[Part] | None = None


def search_context(
    results: SearchResults, *, at: datetime, parts: Mapping[int, Sequence[Part]] | None = None
) -> dict[str, Any]:
    """Context of ``portal/search.html``. ``parts``: reasons by key of the result, for staff."""
    request = results.request
    directory = Directory.load()
    found = [_found(one, lang=request.lang, directory=directory, parts=parts) for one in results.results]
    context = {
        "asked": request,
        "results": results,
        "found": found,
        "facets": facets_of(results),
        "chips": chips_of(results),
        "clear": request.without(*FACETS).query_string(),
        "sorts": sorts_of(request),
        "suggested": _reworded(request, results.suggestion),
        "exactly": request.with_(exact=True).query_string(),
        "freely": request.with_(exact=False).query_string(),
        "first_page": request.with_(after="").query_string() if request.after else "",
        "parameters": _plain(request),
        "asked_token": questions.token_for(results),
    }
    return context if results.total else {**context, **_ways_out(request, directory=directory, at=at)}


def _found(
    result: SearchResult,
    *,
    lang: str,
    directory: Directory,
    parts: Mapping[int, Sequence[Part]] | None,
) -> Found:
    card = card_of(result.resource, lang=lang, directory=directory)
    page_url = ""
    if result.page and result.resource.licence_terms.open_download:
        file = document_of(result.resource, address=public)
        page_url = f"{file.url}#page={result.page}" if file else ""
    return Found(result, card, page_url, None if parts is None else parts.get(result.key, []))


def sorts_of(request: SearchRequest) -> list[tuple[str, Any, bool]]:
    """Value, name and whether it is in force; without words nothing can be relevant."""
    return [
        (value, label, value == request.effective_sort)
        for value, label in SORTS.items()
        if request.q or value != "relevance"
    ]


def chips_of(results: SearchResults) -> list[Chip]:
    request = results.request
    labels = {(name, value.value): value.label for name, values in results.facets.items() for value in values}
    return [
        Chip(
            _chip_label(name, labels.get((name, value), value)),
            request.without(**{name: value}).query_string(),
        )
        for name, values in request.filters.items()
        for value in values
    ]


def _chip_label(name: str, label: str) -> str:
    return _("Year %(year)s") % {"year": label} if name == "year" else label


def _reworded(request: SearchRequest, words: str | None) -> dict[str, str] | None:
    return {"words": words, "query": request.with_(q=words).query_string()} if words else None


def _plain(request: SearchRequest) -> bool:
    """Whether anything at all is asked; the bare page is the only one that search engines may keep."""
    return bool(request.q or request.filters or request.after or request.sort != "relevance")


def _ways_out(request: SearchRequest, *, directory: Directory, at: datetime) -> dict[str, Any]:
    cards = newest_cards(lang=request.lang, at=at, limit=5, directory=directory)
    return {
        "without_filters": _without_filters(request, at=at),
        "newest": shelved(cards),
        "topics": widest_topics(request.lang)[:TOPICS],
    }


def _without_filters(request: SearchRequest, *, at: datetime) -> int:
    """How many there are for the same words without a choice in force; 0 where none was."""
    if not request.filters:
        return 0
    return library_search.search(request.without(*FACETS), at=at, size=1).total
