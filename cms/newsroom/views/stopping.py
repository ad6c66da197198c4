"""The address in every letter that stops all letters: for programs by one POST, for people by one button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.newsroom.letters import choices, stopping
from media_library.models import User


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058, 3.1: whoever holds the address may post, as often as they like; no session, no redirection.

    It answers the same for a person who has gone, so that nobody learns of accounts from an old letter.
    """
    try:
        person_id = stopping.read(token)
    except stopping.NotOurs:
        return _page(request, "unknown", status=404)
    if request.method != "POST":
        return _page(request, "ask")
    if User.objects.filter(pk=person_id).exists():
        choices.stop(person_id, at=timezone.now())
    return _page(request, "done")


def _page(request: HttpRequest, step: str, *, status: int = 200) -> HttpResponse:
    context = {"step": step, "robots": "noindex", "switch": {}, "alternates": {}}
    response = render(request, "newsroom/stop.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
