"""Saved searches: kept from a page of results, listed, renamed, run, deleted, and given as a feed."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.language import interface_language
from cms.newsroom.letters import searching
from cms.newsroom.models import Alert, SavedSearch
from cms.newsroom.views.notices import private

FEEDS = ("atom.xml", "rss.xml", "feed.json")
_TOLD = ("saved", "changed", "deleted", "opened", "closed", "nameless")


@login_required
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """All that one keeps, :data:`~cms.newsroom.letters.searching.MOST` at most, by name."""
    rows = list(SavedSearch.objects.filter(person_id=request.user.pk).order_by("name", "pk"))
    kept = [(row, searching.address_of(row)) for row in rows]
    told = request.GET.get("told", "")
    context = {
        "kept": kept,
        "most": searching.MOST,
        "told": told if told in _TOLD else "",
        "robots": "noindex",
    }
    return private(render(request, "newsroom/searches.html", context))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """``?room=library&q=…``: the search as its page has it. GET asks for a name, POST keeps it."""
    lang = interface_language()
    room = "press" if request.GET.get("room") == "press" else "library"
    query = searching.canonical(request.GET, room=room, lang=lang)
    posted = request.method == "POST"
    problem = ""
    if posted:
        try:
            saved = searching.save(
                request.user,
                name=request.POST.get("name", ""),
                query=query,
                room=room,
                lang=lang,
                alert=request.POST.get("alert", ""),
                at=timezone.now(),
            )
        except (searching.Nameless, searching.TooLong, searching.TooMany) as refusal:
            problem = _problem(refusal)
        else:
            address = reverse("newsroom:saved_search", kwargs={"key": saved.key})
            return HttpResponseRedirect(f"{address}?told=saved")
    context = {
        "name": request.POST.get("name", "")
        if posted
        else request.GET.get("q", "")[: searching.LONGEST_NAME],
        "alert": request.POST.get("alert", "") or Alert.NONE,
        "alerts": Alert.choices,
        "problem": problem,
        "back": _page_of(room, query),
        "robots": "noindex",
    }
    status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
    return private(render(request, "newsroom/search-save.html", context, status=status))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest, key: str) -> HttpResponse:
    """One of them. ``POST`` with ``act``: ``change`` (``name``, ``alert``), ``open`` and ``close`` its feed, or
    ``delete``, which the page asks about first (``?delete``).
    """
    row = get_object_or_404(SavedSearch, key=key, person=request.user)
    here = reverse("newsroom:saved_search", kwargs={"key": key})
    if request.method == "POST":
        told = _act(request, row)
        place = reverse("newsroom:searches") if told == "deleted" else here
        return HttpResponseRedirect(f"{place}?told={told}")
    told = request.GET.get("told", "")
    context = {
        "row": row,
        "run": searching.address_of(row),
        "alerts": Alert.choices,
        "feed": request.build_absolute_uri(_feed_path(row)) if row.feed_token else "",
        "deleting": "delete" in request.GET,
        "told": told if told in _TOLD else "",
        "robots": "noindex",
    }
    return private(render(request, "newsroom/search.html", context))


@require_safe
def feed(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """To the feed of the search, which is the same for everyone; 404 for an address that ended or never was."""
    row = SavedSearch.objects.filter(feed_token=token).first() if name in FEEDS else None
    if row is None:
        raise Http404
    response = HttpResponseRedirect(searching.feed_address(row, name))
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _act(request: HttpRequest, row: SavedSearch) -> str:
    act = request.POST.get("act", "")
    if act == "delete":
        row.delete()
        return "deleted"
    if act == "open":
        searching.open_feed(row)
        return "opened"
    if act == "close":
        searching.close_feed(row)
        return "closed"
    try:
        name, alert = request.POST.get("name", ""), request.POST.get("alert", "")
        searching.change(row, name=name, alert=alert, at=timezone.now())
    except searching.Nameless:
        return "nameless"
    return "changed"


def _feed_path(row: SavedSearch) -> str:
    return reverse("taking:saved_search_feed", kwargs={"token": row.feed_token, "name": FEEDS[0]})


def _page_of(room: str, query: str) -> str:
    place = reverse("newsroom:press" if room == "press" else "portal:search")
    return f"{place}?{query}" if query else place


def _problem(refusal: Exception) -> str:
    if isinstance(refusal, searching.Nameless):
        return _("Give it a name, so that you find it again.")
    if isinstance(refusal, searching.TooLong):
        return _("This search is too long to be saved. Take some filters away.")
    return _("You keep 50 searches, which is the most there may be. Delete one, then save this one.")
