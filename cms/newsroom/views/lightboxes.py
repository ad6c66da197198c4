"""Lightboxes of whoever asks: the list, one of them, two resources side by side, and every act on one.

Another's lightbox answers like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.language import interface_language
from cms.newsroom import collecting, holding, shown
from cms.newsroom.models import Lightbox
from cms.newsroom.views.trays import mark
from media_library import access
from media_library.files.serving import PRIVATE_CACHE
from media_library.models import Resource
from media_library.reuse import Purpose

_FEEDS = (("rss.xml", "RSS"), ("atom.xml", "Atom"), ("feed.json", "JSON"), ("podcast.xml", "Podcast"))
_TOLD = ("full", "deleted", "saved", "removed", "shared", "revoked", "opened", "closed", "unopened")


@require_http_methods(["GET", "HEAD", "POST"])
def lightboxes(request: HttpRequest) -> HttpResponseBase:
    """The list, the one changed last first; a post begins another."""
    at = timezone.now()
    told = request.GET.get("told", "")
    if request.method == "POST":
        try:
            box = holding.begin(request, at=at, title=request.POST.get("title", "").strip()[:120])
        except holding.TooMany:
            return page(request, "newsroom/lightboxes.html", {**_listed(request), "told": "many"}, status=409)
        return _back(box)
    deleted = holding.mine(request).filter(key=request.GET.get("key", "")).exclude(deleted_at=None).first()
    return page(request, "newsroom/lightboxes.html", {**_listed(request), "told": told, "deleted": deleted})


def _listed(request: HttpRequest) -> dict[str, Any]:
    boxes = list(holding.kept(request).prefetch_related("entries"))
    return {"boxes": boxes, "in_hand": holding.in_hand(request), "robots": "noindex"}


@require_safe
def lightbox(request: HttpRequest, key: str) -> HttpResponseBase:
    box = own(request, key)
    holding.take_in_hand(request, box)
    return lightbox_page(request, box, at=timezone.now())


def lightbox_page(
    request: HttpRequest,
    box: Lightbox,
    *,
    at: datetime,
    wrong: str = "",
    purpose: Purpose = Purpose.NEWS,
    status: int = 200,
) -> HttpResponse:
    """The page of ``box``; ``wrong`` names what kept a kit from being made for ``purpose``."""
    entries = shown.shown(box, user=request.user, at=at, purpose=purpose)
    ticked = [choice for entry in entries for choice in entry.choices if choice.ticked]
    told = request.GET.get("told", "")
    context = {
        "box": box,
        "entries": entries,
        "count": sum(entry.resource is not None for entry in entries),
        "files": len(ticked),
        "size": sum(choice.size for choice in ticked),
        "purposes": Purpose.choices,
        "purpose": request.POST.get("purpose", ""),
        "asks_credit": any(entry.may_take and entry.asks_credit for entry in entries),
        "links": box.links.filter(revoked_at=None, expires_at__gt=at),
        "base": f"{request.scheme}://{request.get_host()}",
        "days": collecting.SHARED_FOR,
        "may_open": bool(box.owner_id) and access.may_open_lists(request.user),
        "feeds": _FEEDS,
        "folder": "en/" if interface_language() == "en" else "",
        "feed": f"lightbox/{box.public_code}" if box.public_since else "",
        "kept_until": None if box.owner_id else request.session.get_expiry_date(),
        "told": told if told in _TOLD else "",
        "removed": _removed(request, at) if told == "removed" else None,
        "place": request.GET.get("place", ""),
        "wrong": wrong,
        "robots": "noindex",
    }
    return mark(page(request, "newsroom/lightbox.html", context, status=status), box if entries else None)


def _removed(request: HttpRequest, at: datetime) -> Resource | None:
    return Resource.objects.public(at).identified_by(request.GET.get("id", ""))


@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponseBase:
    """Two of its resources side by side: the two that are named, else the first two."""
    box = own(request, key)
    entries = [one for one in shown.shown(box, user=request.user, at=timezone.now()) if one.resource]
    named = {one.public_id: one for one in entries}
    asked = [named.get(request.GET.get(side, "")) for side in ("a", "b")]
    rest = [one for one in entries if one not in asked]
    pair = [one or (rest.pop(0) if rest else None) for one in asked]
    sides = [(side, one) for side, one in zip(("a", "b"), pair, strict=True) if one is not None]
    context = {"box": box, "entries": entries, "sides": sides, "robots": "noindex"}
    return page(request, "newsroom/compare.html", context)


@require_POST
def act(request: HttpRequest, key: str, act: str) -> HttpResponseBase:
    """One act on a lightbox, by name; then its page again."""
    box = own(request, key, deleted=act == "restore")
    if act not in ACTS:
        raise Http404
    return ACTS[act](request, box, timezone.now())


def own(request: HttpRequest, key: str, *, deleted: bool = False) -> Lightbox:
    """Raises :class:`Http404` for a lightbox of somebody else and for none."""
    found = (holding.mine(request) if deleted else holding.kept(request)).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page that is not the same for all: kept nowhere."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = PRIVATE_CACHE
    return response


def _back(box: Lightbox, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("newsroom:lightbox", kwargs={"key": box.key}) + query)


def _rename(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    collecting.rename(box, request.POST.get("title", ""), at=at)
    return _back(box, "?told=saved")


def _note(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    public_id = request.POST.get("id", "")
    collecting.note(box, public_id=public_id, text=request.POST.get("note", ""), at=at)
    return _back(box, f"?told=saved#{public_id}" if box.entries.filter(resource__public_id=public_id) else "")


def _move(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    """By one place with the buttons; by drag the whole order is named."""
    if order := request.POST.getlist("order"):
        collecting.arrange(box, order, at=at)
        return HttpResponse(status=204)
    by = 1 if request.POST.get("by") == "1" else -1
    collecting.shift(box, public_id=request.POST.get("id", ""), by=by, at=at)
    return _back(box)


def _remove(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    public_id = request.POST.get("id", "")
    place = collecting.leave_out(box, public_id=public_id, at=at)
    return _back(box) if place is None else _back(box, f"?told=removed&id={public_id}&place={place}")


def _add(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    """Take back that something was left out: it stands where it stood."""
    resource = Resource.objects.identified_by(request.POST.get("id", ""))
    if resource is None or not access.is_public(resource, at):
        raise Http404
    place = request.POST.get("place", "")
    try:
        collecting.choose(box, resource, at=at, place=int(place) if place.isdecimal() else None)
    except collecting.Full:
        return _back(box, "?told=full")
    return _back(box)


def _delete(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    collecting.delete(box, at=at)
    address = reverse("newsroom:lightboxes") + f"?told=deleted&key={box.key}"
    return mark(HttpResponseRedirect(address), None)


def _restore(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    collecting.restore(box, at=at)
    return _back(box)


def _share(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    days = request.POST.get("days", "")
    collecting.share(box, days=int(days) if days.isdecimal() and len(days) < 5 else 7, at=at)
    return _back(box, "?told=shared#share")


def _revoke(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    collecting.revoke(box, token=request.POST.get("token", ""), at=at)
    return _back(box, "?told=revoked#share")


def _open(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    try:
        collecting.open_to_all(box, by=request.user, at=at)
    except collecting.NotOpened:
        return _back(box, "?told=unopened#share")
    return _back(box, "?told=opened#share")


def _close(request: HttpRequest, box: Lightbox, at: datetime) -> HttpResponseBase:
    collecting.close(box)
    return _back(box, "?told=closed#share")


ACTS: dict[str, Callable[[HttpRequest, Lightbox, datetime], HttpResponseBase]] = {
    "rename": _rename,
    "note": _note,
    "move": _move,
    "remove": _remove,
    "add": _add,
    "delete": _delete,
    "restore": _restore,
    "share": _share,
    "revoke": _revoke,
    "open": _open,
    "close": _close,
}
