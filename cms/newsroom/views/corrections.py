"""The whole log of corrections of a resource, for everyone who may see the resource."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.newsroom.letters import log
from cms.refusing import refusal
from media_library.models import Resource


@require_safe
def corrections(request: HttpRequest, public_id: str) -> HttpResponse:
    """Newest first, ``?before=`` the key of the last one seen. What is not public answers as on the portal."""
    at = timezone.now()
    shown = Resource.objects.public(at).select_related("locale").defer("body")
    found = shown.identified_by(public_id.lower())
    if found is None:
        return refusal(request, public_id=public_id.lower(), at=at)
    entries, following = log.page(found, before=request.GET.get("before", ""))
    context = {
        "resource": found,
        "back": found.get_absolute_url(interface_language()),
        "entries": entries,
        "next": following,
        "robots": "noindex, follow",
    }
    response = render(request, "newsroom/corrections.html", context)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response
