"""A resource as it will look on the portal, before it is published; the admin asks who may see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from cms.portal.presenting import resource_context
from media_library.models import Resource


def resource(request: HttpRequest, draft: Resource) -> HttpResponse:
    """``draft`` may be unsaved. The interface takes the resource's own language."""
    with translation.override(draft.language):
        context = resource_context(resource=draft, at=timezone.now(), is_preview=True)
        response = render(request, "portal/resource.html", {**context, "alternates": {}})
    response["Cache-Control"] = "private, no-store"
    return response
