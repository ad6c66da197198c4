"""The answer of a search as the page shows it: results with cards, facets, chips, and ways out of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cms.portal.agencies import Directory
from cms.portal.cards import Card, card_of, shelved
from cms.portal.media import document_of
from cms.portal.pictures import public
from cms.portal.presenting import newest_cards
from cms.portal.terms import topic_links
from search.request import FACETS, NAMES, SORTS, SearchRequest
from search.results import FacetValue, SearchResult, SearchResults

FIRST = 8
"""Choices of a facet shown before the rest is folded away."""
_OPEN = ("kind", "audience", "topic", "year")
_KEEPS_NOTHING = ("kind", "audience", "captions")
"""Facets of which a choice with nothing behind it stays, greyed by its figure."""


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    first: list[FacetValue]
    more: list[FacetValue]
    open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice in force, and the query string of the search without it."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """``page_url`` leads to the page of a PDF that has the words, where the file is open to all."""

    result: SearchResult
    card: Card
    page_url: str


def search_context(results: SearchResults, *, at: datetime) -> dict[str, Any]:
    """Context of ``portal/search.html``."""
    request = results.request
    directory = Directory.load()
    context = {
        "asked": request,
        "results": results,
        "found": [_found(one, lang=request.lang, directory=directory) for one in results.results],
        "facets": facets_of(results),
        "chips": chips_of(results),
        "clear": request.without(*FACETS).query_string(),
        "sorts": [(value, label, value == request.effective_sort) for value, label in SORTS.items()],
        "suggested": _reworded(request, results.suggestion),
        "first_page": request.with_(after="").query_string() if request.after else "",
        "parameters": _plain(request),
    }
    return context if results.total else {**context, **_ways_out(request, directory=directory, at=at)}


def _found(result: SearchResult, *, lang: str, directory: Directory) -> Found:
    card = card_of(result.resource, lang=lang, directory=directory)
    page_url = ""
    if result.page and result.resource.licence_terms.open_download:
        file = document_of(result.resource, address=public)
        page_url = f"{file.url}#page={result.page}" if file else ""
    return Found(result, card, page_url)


def facets_of(results: SearchResults) -> list[Facet]:
    """Facets with at least one choice, in the order of the request's parameters."""
    found = []
    for name in FACETS:
        values = [value for value in results.facets.get(name, []) if _kept(name, value)]
        if values:
            selected = any(value.selected for value in values)
            label = str(NAMES[name])
            found.append(Facet(name, label, values[:FIRST], values[FIRST:], name in _OPEN or selected))
    return found


def _kept(name: str, value: FacetValue) -> bool:
    return bool(value.count or value.selected or name in _KEEPS_NOTHING)


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
    return {"newest": shelved(cards), "topics": topic_links(request.lang)[:10]}
