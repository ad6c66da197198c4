"""Search."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

import search as library_search
from cms.language import interface_language
from cms.portal import explaining
from cms.portal.finding import search_context
from cms.portal.terms import topic_links
from cms.portal.views.answers import OWN_CACHE, PUBLIC_CACHE, page
from search.engines.contract import Unavailable
from search.explaining import Part, explain
from search.request import SearchRequest
from search.results import SearchResults


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with facets. What of the address cannot be used is told; nothing in it gives an error."""
    lang, at = interface_language(), timezone.now()
    asked, notices = SearchRequest.parse(explaining.without_it(request.GET), lang)
    try:
        results = library_search.search(asked, at=at)
    except Unavailable:
        context = {"asked": asked, "topics": topic_links(lang), "robots": "noindex"}
        return page(request, "portal/search-unavailable.html", context, status=503)
    own = explaining.ASKED in request.GET
    context = search_context(results, at=at, parts=_parts(request, results, at=at) if own else None)
    context["notices"] = [*notices, *results.notices]
    context["robots"] = "noindex, follow" if own or context["parameters"] else ""
    return page(request, "portal/search.html", context, cache=OWN_CACHE if own else PUBLIC_CACHE)


def _parts(request: HttpRequest, results: SearchResults, *, at: datetime) -> dict[int, list[Part]] | None:
    """Why each result stands where it does; None for those who may not know."""
    if not explaining.may_be_told(request.user):
        return None
    answered = replace(results.request, q=results.corrected or results.request.q)
    return explain(answered, [one.key for one in results.results], at=at, user=request.user)
