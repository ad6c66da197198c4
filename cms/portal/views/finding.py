"""Search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

import search as library_search
from cms.portal.finding import search_context
from cms.portal.language import interface_language
from cms.portal.terms import topic_links
from cms.portal.views.answers import page
from search.engines.contract import Unavailable
from search.request import SearchRequest


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with facets. What of the address cannot be used is told; nothing in it gives an error."""
    lang, at = interface_language(), timezone.now()
    asked, notices = SearchRequest.parse(request.GET, lang)
    try:
        results = library_search.search(asked, at=at)
    except Unavailable:
        context = {"asked": asked, "topics": topic_links(lang), "robots": "noindex"}
        return page(request, "portal/search-unavailable.html", context, status=503)
    context = search_context(results, at=at)
    context["notices"] = [*notices, *results.notices]
    context["robots"] = "noindex, follow" if context["parameters"] else ""
    return page(request, "portal/search.html", context)
