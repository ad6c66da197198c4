"""The terms of use are accepted once a year: by who is signed in for good, by others for their session."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from cms.newsroom.models import TermsAcceptance
from media_library.models import Resource

HOLDS = timedelta(days=365)
_KEY = "newsroom_terms"


def needed(request: HttpRequest, resource: Resource, *, at: datetime) -> bool:
    """Whether they must be accepted before ``resource`` is taken: never for CC0, which has none."""
    return resource.licence != "cc0-1.0" and not accepted(request, at=at)


def accepted(request: HttpRequest, *, at: datetime) -> bool:
    if request.user.is_authenticated:
        return TermsAcceptance.objects.filter(user=request.user, at__gt=at - HOLDS).exists()
    given = parse_datetime(str(request.session.get(_KEY, "")))
    return given is not None and given > at - HOLDS


def accept(request: HttpRequest, *, at: datetime) -> None:
    if request.user.is_authenticated:
        TermsAcceptance.objects.update_or_create(user=request.user, defaults={"at": at})
    else:
        request.session[_KEY] = at.isoformat()
