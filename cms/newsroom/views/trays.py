"""The tray at the foot of every page, and choosing from anywhere. Fetched by script; pages stay the same for all.

A cookie that says nothing but that there is something in the tray lets pages of all others ask nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from cms.newsroom import collecting, holding, shown
from cms.newsroom.models import Lightbox
from cms.newsroom.offers import with_offers
from cms.newsroom.views.from_here import from_here_only
from media_library import access
from media_library.files.serving import PRIVATE_CACHE
from media_library.models import Resource

MARK = "kho57_tray"
"""The cookie that says that there is something in the tray."""
_PICTURES = 5


@require_safe
def tray(request: HttpRequest) -> HttpResponseBase:
    """What the tray shows, as JSON: ``html``, ``count`` and the ``chosen`` public ids."""
    with translation.override("en" if request.GET.get("lang") == "en" else "vi"):
        return _told(request, holding.in_hand(request))


@from_here_only
@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Put a public resource into the lightbox in hand, or take it out; without a lightbox one is begun."""
    at = timezone.now()
    public_id = request.POST.get("id", "")
    box = holding.in_hand(request)
    if request.POST.get("act") == "remove":
        if box is not None:
            collecting.leave_out(box, public_id=public_id, at=at)
    else:
        resource = Resource.objects.identified_by(public_id)
        if resource is None or not access.is_public(resource, at):
            raise Http404
        try:
            box = box or holding.begin(request, at=at)
            collecting.choose(box, resource, at=at)
        except (collecting.Full, holding.TooMany):
            return _answer(request, box, problem=True)
    return _answer(request, box)


def _answer(request: HttpRequest, box: Lightbox | None, *, problem: bool = False) -> HttpResponseBase:
    if request.headers.get("Accept", "").startswith("application/json"):
        return _told(request, box, problem=problem)
    if box is None:
        return HttpResponseRedirect(reverse("newsroom:lightboxes"))
    address = reverse("newsroom:lightbox", kwargs={"key": box.key})
    return mark(HttpResponseRedirect(f"{address}?told=full" if problem else address), box)


def _told(request: HttpRequest, box: Lightbox | None, *, problem: bool = False) -> HttpResponse:
    at = timezone.now()
    rows: list[Resource] = []
    if box is not None:
        order = list(box.entries.values_list("resource_id", flat=True))
        found = {one.pk: one for one in with_offers(Resource.objects.public(at).filter(pk__in=order))}
        rows = [found[pk] for pk in order if pk in found]
    told: dict[str, Any] = {"count": len(rows), "chosen": [one.public_id for one in rows], "html": ""}
    if box is not None and rows:
        pictures = [(row.title, shown.picture_of(row)) for row in rows[:_PICTURES]]
        context = {"box": box, "count": len(rows), "pictures": pictures, "full": problem}
        told["html"] = render_to_string("newsroom/tray.html", context, request=request)
    response = JsonResponse(told, status=409 if problem else 200)
    response["Cache-Control"] = PRIVATE_CACHE
    return mark(response, box if rows else None)


def mark(response: Any, box: Lightbox | None) -> Any:
    """Let pages know that there is a tray to fetch, or that there is none any more."""
    if box is None:
        response.delete_cookie(MARK, samesite="Lax")
    else:
        response.set_cookie(
            MARK,
            "1",
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
