"""The page where a resource is not to be seen: withdrawn (410), announced (403), or nothing (404)."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cms.language import interface_language
from media_library import access
from media_library.kinds import Kind
from media_library.models import Resource


def refusal(request: HttpRequest, *, public_id: str, at: datetime) -> HttpResponse:
    """Raises :class:`~django.http.Http404` for all else, hidden or missing."""
    shown = Resource.objects.select_related("agency__successor", "replaced_by", "locale")
    row = shown.identified_by(public_id)
    if row is not None and access.tells_withdrawal(row):
        return _gone(request, row, at)
    if row is not None and access.tells_embargo(row, at):
        return _not_yet(request, row, at)
    raise Http404


def _gone(request: HttpRequest, row: Resource, at: datetime) -> HttpResponse:
    lang, instead = interface_language(), row.replaced_by
    if instead is not None and not access.is_public(instead, at):
        instead = None
    context = {
        "resource": row,
        "agency_label": row.agency.current.label_in(lang),
        "replacement": instead,
        "replacement_url": instead.get_absolute_url(lang) if instead else "",
    }
    return _told(request, "errors/410.html", context, status=410)


def _not_yet(request: HttpRequest, row: Resource, at: datetime) -> HttpResponse:
    """Title, kind, agency and time of an announced embargo, and nothing more."""
    assert row.embargo_until is not None  # access.tells_embargo asks it
    left = row.embargo_until - at
    hours, rest = divmod(left.seconds, 3600)
    context = {
        "title": row.title,
        "content_lang": row.language,
        "kind": Kind(row.kind),
        "agency_label": row.agency.current.label_in(interface_language()),
        "until": row.embargo_until,
        "left": {"days": left.days, "hours": hours, "minutes": rest // 60},
    }
    return _told(request, "errors/403-embargo.html", context, status=403)


def _told(request: HttpRequest, template: str, context: dict[str, object], *, status: int) -> HttpResponse:
    shared = {"switch": {}, "alternates": {}, "robots": "noindex"}
    response = render(request, template, {**context, **shared}, status=status)
    response["Cache-Control"] = "no-store"
    return response
