"""A lightbox that somebody shared by a link or opened to all: looked at, and copied into one's own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from cms import lists
from cms.newsroom import collecting, holding, shown
from cms.newsroom.models import Lightbox, ShareLink
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.lightboxes import page
from cms.newsroom.views.trays import mark


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """What stands in it and is public now. A link that ended answers 410, whatever became of the lightbox."""
    link = link_of(token)
    if not open_now(link):
        return ended(request)
    entries = shown.shown(link.lightbox, user=None, at=timezone.now())
    seen = [entry for entry in entries if entry.resource is not None]
    context = {"link": link, "box": link.lightbox, "entries": seen, "robots": "noindex"}
    return page(request, "newsroom/shared.html", {**context, "left_out": len(entries) - len(seen)})


@from_here_only
@require_POST
def copy(request: HttpRequest, token: str) -> HttpResponseBase:
    """A lightbox of one's own with what is public of it, notes as well."""
    link = link_of(token)
    if not open_now(link):
        return HttpResponseRedirect(reverse("newsroom:shared", kwargs={"token": token}))
    return _copied(request, link.lightbox, noted=True)


@require_safe
def opened(request: HttpRequest, code: str) -> HttpResponseBase:
    """What everyone may see of a lightbox that was opened to all, with its feeds; its notes stay its owner's."""
    box = _opened(code)
    entries = [one for one in shown.shown(box, user=None, at=timezone.now()) if one.resource is not None]
    context = {"box": box, "entries": entries, "feed": f"lightbox/{code}", "robots": "noindex"}
    return page(request, "newsroom/opened.html", context)


@from_here_only
@require_POST
def copy_opened(request: HttpRequest, code: str) -> HttpResponseBase:
    """A lightbox of one's own with what is public of one that was opened to all."""
    return _copied(request, _opened(code), noted=False)


def listed(code: str, language: str) -> lists.Listed | None:
    """A lightbox that was opened to all, for those who give it out in other forms."""
    box = collecting.opened(code)
    if box is None:
        return None
    with translation.override(language):
        address = reverse("newsroom:opened", kwargs={"code": code})
    return lists.Listed(box.title, address, list(box.entries.values_list("resource_id", flat=True)))


def _opened(code: str) -> Lightbox:
    box = collecting.opened(code)
    if box is None:
        raise Http404
    return box


def _copied(request: HttpRequest, theirs: Lightbox, *, noted: bool) -> HttpResponseBase:
    at = timezone.now()
    seen = [one for one in shown.shown(theirs, user=None, at=at) if one.resource]
    try:
        box = holding.begin(request, at=at, title=theirs.title)
    except holding.TooMany:
        return HttpResponseRedirect(reverse("newsroom:lightboxes") + "?told=many")
    for one in seen:
        assert one.resource is not None  # asked above
        collecting.choose(box, one.resource, at=at)
        if noted:
            collecting.note(box, public_id=one.public_id, text=one.entry.note, at=at)
    return mark(HttpResponseRedirect(reverse("newsroom:lightbox", kwargs={"key": box.key})), box)


def ended(request: HttpRequest) -> HttpResponseBase:
    context = {"why": "link", "code": 410, "robots": "noindex"}
    return page(request, "newsroom/kit-refused.html", context, status=410)


def link_of(token: str) -> ShareLink:
    """Raises :class:`Http404` where there never was one."""
    found = ShareLink.objects.select_related("lightbox").filter(token=token).first()
    if found is None:
        raise Http404
    return found


def open_now(link: ShareLink) -> bool:
    over = link.revoked_at is not None or link.expires_at <= timezone.now()
    return not over and link.lightbox.deleted_at is None
