"""Kits: made of what is ticked, sent at once, whole or from where the line broke."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from cms.language import interface_language
from cms.newsroom import collecting, kits, shown, uses
from cms.newsroom.kits import Refused, Selection
from cms.newsroom.models import Kit
from cms.newsroom.shown import Shown
from cms.newsroom.views.lightboxes import lightbox_page, own
from media_library.files import serving
from media_library.reuse import Purpose

_STATUS = {"closed": 410, "changed": 409, "empty": 410, "ended": 410}


@require_POST
def pack(request: HttpRequest, key: str) -> HttpResponseBase:
    """Make a kit of what is ticked and go to it; what is missing is said on the page, nothing is lost."""
    at = timezone.now()
    box = own(request, key)
    entries = shown.shown(box, user=request.user, at=at)
    selection = ticked(request.POST.getlist("take"), entries)
    collecting.remember_chosen(box, dict(selection))
    wrong = missing(request, entries, selection)
    if wrong:
        return lightbox_page(request, box, at=at, wrong=wrong, status=400)
    purpose = Purpose(request.POST["purpose"])
    try:
        kit = kits.make(box, selection, purpose=purpose, user=request.user, lang=interface_language(), at=at)
    except Refused as refused:
        return lightbox_page(request, box, at=at, wrong=refused.why, purpose=purpose, status=409)
    return HttpResponseRedirect(reverse("taking:kit", kwargs={"token": kit.token}))


def ticked(values: list[str], entries: list[Shown]) -> Selection:
    """``{public id}:{key of an offer}`` of each box, in the order of the lightbox; what is not there is left."""
    wanted = {tuple(value.split(":", 1)) for value in values if ":" in value}
    found = []
    for entry in entries:
        keys = [one.key for one in entry.choices if (entry.public_id, one.key) in wanted]
        if keys:
            found.append((entry.public_id, keys))
    return found


def missing(request: HttpRequest, entries: list[Shown], selection: Selection) -> str:
    """What keeps a kit from being made: ``empty``, ``purpose``, ``credit``, or nothing."""
    if not selection:
        return "empty"
    if request.POST.get("purpose") not in Purpose.values:
        return "purpose"
    taken = {public_id for public_id, _keys in selection}
    asks = any(one.asks_credit for one in entries if one.public_id in taken)
    return "credit" if asks and not request.POST.get("credit") else ""


@require_safe
def kit(request: HttpRequest, token: str) -> HttpResponseBase:
    """The ZIP: exact length, strong ETag, ranges. What may not be taken any more is told of without a name."""
    at = timezone.now()
    found = Kit.objects.select_related("lightbox", "press_kit__agency").filter(token=token).first()
    if found is None:
        raise Http404
    try:
        contents = kits.open_kit(found, user=request.user, at=at)
    except Refused as refused:
        return _refused(request, found, refused.why)
    composed = serving.Composed(
        read=contents.archive.read,
        size=contents.archive.size,
        media_type="application/zip",
        sha256=contents.digest,
    )
    response = serving.send(request, composed, cache=serving.PRIVATE_CACHE, save_as=kits.file_name(found))
    if uses.begins(request, response):
        kits.count(found, contents, user=request.user, at=at)
    return response


def _refused(request: HttpRequest, kit: Kit, why: str) -> HttpResponseBase:
    with translation.override(kit.language):
        box = kit.lightbox if kit.lightbox and kit.lightbox.deleted_at is None else None
        press = kit.press_kit
        again = press if press is not None and press.is_public(timezone.now()) else None
        context = {"why": why, "box": box, "press_kit": again, "code": _STATUS[why], "robots": "noindex"}
        response = render(request, "newsroom/kit-refused.html", context, status=_STATUS[why])
    response["Cache-Control"] = "no-store"
    return response
