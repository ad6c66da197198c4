"""One's notices: how often and in which language one is written to, what one follows, and what one took."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cms.newsroom.letters import choices, following
from cms.newsroom.models import Pace, SavedSearch

_TOLD = ("chosen", "stopped", "followed", "unfollowed", "unknown", "full", "wrong")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """``POST`` with ``act``: ``choose`` (``pace``, ``language``), ``stop``, ``unfollow`` (``follow``: a key)."""
    at = timezone.now()
    if request.method == "POST":
        told = _act(request, at=at)
        return HttpResponseRedirect(f"{reverse('newsroom:notices')}?told={told}")
    choice = choices.choice_of(request.user)
    took, following_page = following.took(request.user, before=request.GET.get("before", ""), at=at)
    told = request.GET.get("told", "")
    context = {
        "choice": choice,
        "paces": Pace.choices,
        "languages": settings.LANGUAGES,
        "follows": following.followed(request.user, at=at),
        "took": took,
        "next": following_page,
        "told": told if told in _TOLD else "",
        "searches": SavedSearch.objects.filter(person_id=request.user.pk).count(),
        "robots": "noindex",
    }
    return private(render(request, "newsroom/notices.html", context))


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _act(request: HttpRequest, *, at: datetime) -> str:
    act, person = request.POST.get("act", ""), request.user
    if act == "choose":
        pace, language = request.POST.get("pace", ""), request.POST.get("language", "")
        if pace not in Pace.values or language not in dict(settings.LANGUAGES):
            return "wrong"
        choices.choose(person, pace=pace, language=language)
        return "chosen"
    if act == "stop" and person.pk is not None:
        choices.stop(person.pk, at=at)
        return "stopped"
    if act == "unfollow":
        following.unfollow(person, request.POST.get("follow", ""))
        return "unfollowed"
    return "wrong"
