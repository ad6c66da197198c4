"""The press looks for material: the library's search, with the rights as the first thing to choose by."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import search as library_search
from cms.newsroom.accreditation.current import current
from cms.newsroom.cards import card_of
from media_library import access
from media_library.reuse import Reader
from search.facets import Choice, Facet
from search.request import SORTS, SearchRequest
from search.results import SearchResults

GROUPS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "now": (gettext_lazy("Publish now, with credit"), ("cc0-1.0", "cc-by-4.0", "cc-by-nc-4.0")),
    "uncut": (gettext_lazy("Uncut only"), ("verbatim-credit",)),
    "press": (gettext_lazy("For press offices"), ("press-only",)),
    "ask": (gettext_lazy("Ask first"), ("all-rights",)),
}
"""What a journalist chooses by, and the licences that each stands for."""
_GROUPED = {licence: name for name, (_label, licences) in GROUPS.items() for licence in licences}
_FACETS = ("kind", "english", "agency", "year")
_FIRST = 12
"""Choices of a facet before the rest is folded away."""


def parse(parameters: QueryDict, lang: str) -> tuple[SearchRequest, list[str]]:
    """The search that is asked for, newest first unless told otherwise, and the groups of rights chosen."""
    chosen = [name for name in dict.fromkeys(parameters.getlist("rights")) if name in GROUPS]
    plain = parameters.copy()
    for name in [name for name in plain if name not in ("q", "sort", "after", *_FACETS)]:
        del plain[name]
    plain.setlist("licence", [licence for name in chosen for licence in GROUPS[name][1]])
    if plain.get("sort") not in SORTS:
        plain["sort"] = "newest"
    request, _notices = SearchRequest.parse(plain, lang)
    return request, chosen


def address(request: SearchRequest, chosen: list[str], *, after: str = "") -> str:
    """The query of the page for ``request``, in one order."""
    pairs = [("q", request.q)] if request.q else []
    pairs += [("rights", name) for name in chosen]
    pairs += [(name, value) for name in _FACETS for value in getattr(request, name)]
    pairs += [("sort", request.sort)] if request.sort != "newest" else []
    return urlencode([*pairs, *([("after", after)] if after else [])])


def found(request: SearchRequest, chosen: list[str], *, user: Any, at: datetime) -> dict[str, Any]:
    """Context of the start page: the same for everyone, save for accredited press and for what was permitted.

    Raises :class:`search.engines.contract.Unavailable`.
    """
    results = library_search.search(request, at=at)
    reader = Reader.PRESS if access.is_press(user) else Reader.ANYONE
    cards = [
        card_of(row, lang=request.lang, at=at, reader=reader, grants=access.grants_of(user, row))
        for row in (one.resource for one in results.results)
    ]
    return {
        "asked": request,
        "accredited": reader == Reader.PRESS and current(user, at) is not None,
        "cards": cards,
        "total": results.total,
        "facets": _facets(results, chosen),
        "chips": _chips(results, request, chosen),
        "clear": urlencode([("q", request.q)]) if request.q else "",
        "sorts": [(name, SORTS[name], name == request.sort) for name in ("newest", "relevance", "title")],
        "next": address(request, chosen, after=results.next) if results.next else "",
        "first_page": address(request, chosen) if request.after else None,
        "as_it_is": address(request, chosen),
        "simpler": results.simpler,
    }


def _facets(results: SearchResults, chosen: list[str]) -> list[Facet]:
    counts = dict.fromkeys(GROUPS, 0)
    for value in results.facets.get("licence", ()):
        if value.value in _GROUPED:
            counts[_GROUPED[value.value]] += value.count
    groups = [
        Choice("rights", name, str(label), counts[name], name in chosen)
        for name, (label, _licences) in GROUPS.items()
    ]
    labels = {"kind": _("Kind"), "english": _("Foreign service"), "agency": _("Agency"), "year": _("Year")}
    facets = [Facet("rights", _("Rights of use"), groups, (), open=True)]
    for name in _FACETS:
        values = [one for one in results.facets.get(name, ()) if one.count or one.selected]
        values.sort(key=lambda one: not one.selected)
        choices = [Choice(name, one.value, one.label, one.count, one.selected) for one in values]
        if choices:
            is_open = name in ("kind", "english") or any(one.selected for one in choices)
            facets.append(Facet(name, labels[name], choices[:_FIRST], choices[_FIRST:], open=is_open))
    return facets


def _chips(results: SearchResults, request: SearchRequest, chosen: list[str]) -> list[tuple[str, str]]:
    """Label of each choice in force, and the query without it."""
    chips = [
        (str(GROUPS[name][0]), address(request, [other for other in chosen if other != name]))
        for name in chosen
    ]
    labels = {(name, one.value): one.label for name in _FACETS for one in results.facets.get(name, ())}
    for name in _FACETS:
        for value in getattr(request, name):
            fewer = request.without(**{name: value})
            chips.append((labels.get((name, value), value), address(fewer, chosen)))
    return chips
