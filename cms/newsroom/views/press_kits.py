"""Press kits in public: their list, and each with its ZIP. What is not public yet answers like what is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cms.language import interface_language
from cms.newsroom import kits, press_page, shown
from cms.newsroom.kits import Refused
from cms.newsroom.models import PressKit
from cms.newsroom.shown import Choice, Shown
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.lightboxes import page
from cms.newsroom.views.packing import missing, ticked
from media_library.reuse import Purpose


@require_safe
def press_kits(request: HttpRequest) -> HttpResponse:
    """What is public, the one that came out last first."""
    at = timezone.now()
    leaf = press_page.listed(at=at, after=request.GET.get("after", ""))
    lang = interface_language()
    rows = [press_page.line(kit, lang=lang) for kit in leaf.rows]
    robots = "" if leaf.first else "noindex, follow"
    return page(request, "newsroom/press-kits.html", {"rows": rows, "leaf": leaf, "robots": robots})


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def press_kit(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """One of them; a post makes the ZIP of what is ticked. Its address holds whatever becomes of its title."""
    at = timezone.now()
    kit = PressKit.objects.public(at).select_related("agency").filter(code=code).first()
    if kit is None:
        raise Http404
    if slug != kit.slug and request.method != "POST":
        return HttpResponseRedirect(kit.get_absolute_url(), status=301)
    entries = shown.of_press_kit(kit, user=request.user, at=at)
    if request.method != "POST":
        return _page(request, kit, entries, at=at)
    return _packed(request, kit, entries, at=at)


def _packed(request: HttpRequest, kit: PressKit, entries: list[Shown], *, at: datetime) -> HttpResponseBase:
    selection = ticked(request.POST.getlist("take"), entries)
    wrong = missing(request, entries, selection)
    if wrong:
        return _page(request, kit, entries, at=at, wrong=wrong, status=400)
    purpose = Purpose(request.POST["purpose"])
    try:
        made = kits.make(kit, selection, purpose=purpose, user=request.user, lang=interface_language(), at=at)
    except Refused as refused:
        again = shown.of_press_kit(kit, user=request.user, at=at, purpose=purpose)
        return _page(request, kit, again, at=at, wrong=refused.why, status=409)
    return HttpResponseRedirect(reverse("taking:kit", kwargs={"token": made.token}))


def _page(
    request: HttpRequest,
    kit: PressKit,
    entries: list[Shown],
    *,
    at: datetime,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    """``wrong`` names what kept the ZIP from being made; then what was ticked stays ticked."""
    posted = set(request.POST.getlist("take")) if wrong else None
    lines = [(entry, _choices(entry, posted)) for entry in entries]
    taken = [one for _entry, choices in lines for one, is_ticked in choices if is_ticked]
    lang = interface_language()
    context: dict[str, Any] = {
        "kit": press_page.line(kit, lang=lang),
        "cover": press_page.cover(kit, lang=lang),
        "lines": lines,
        "entries": entries,
        "files": len(taken),
        "size": sum(one.size for one in taken),
        "takes_any": any(entry.choices for entry in entries),
        "purposes": Purpose.choices,
        "purpose": request.POST.get("purpose", ""),
        "asks_credit": any(entry.may_take and entry.asks_credit for entry in entries),
        "credited": bool(request.POST.get("credit")),
        "wrong": wrong,
        "structured": press_page.structured(kit, entries, lang=lang),
    }
    return page(request, "newsroom/press-kit.html", context, status=status)


def _choices(entry: Shown, posted: set[str] | None) -> list[tuple[Choice, bool]]:
    """What can be taken of it, and whether it is ticked: as posted, else the first."""
    if posted is None:
        return [(one, one.ticked) for one in entry.choices]
    return [(one, f"{entry.public_id}:{one.key}" in posted) for one in entry.choices]
