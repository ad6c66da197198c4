"""The newsroom's start page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.newsroom import finding
from search.engines.contract import Unavailable


@require_safe
def press(request: HttpRequest) -> HttpResponse:
    """Material to choose from. Whoever is signed in sees what they may do, so no cache keeps it for others."""
    at, lang = timezone.now(), interface_language()
    asked, chosen = finding.parse(request.GET, lang)
    try:
        context = finding.found(asked, chosen, user=request.user, at=at)
    except Unavailable:
        response = render(request, "newsroom/press.html", {"asked": asked, "unavailable": True}, status=503)
        response["Cache-Control"] = "no-store"
        return response
    context["robots"] = "noindex, follow" if request.GET else ""
    response = render(request, "newsroom/press.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response
