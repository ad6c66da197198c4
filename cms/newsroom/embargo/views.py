"""``/press/embargoed/``: what accredited press may work with before its time; to everyone else nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from cms.language import interface_language
from cms.newsroom import kits
from cms.newsroom.accreditation.current import current
from cms.newsroom.embargo import ahead
from cms.newsroom.kits import Refused
from cms.newsroom.models import Accreditation, EmbargoAcceptance
from cms.newsroom.offers import offers, with_offers
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.lightboxes import page
from media_library import access
from media_library.files import serving
from media_library.kinds import Kind
from media_library.models import Resource
from media_library.reuse import Purpose

PAGE = 20
View = Callable[..., HttpResponseBase]


def accredited_only(*methods: str) -> Callable[[View], View]:
    """The view is given the accreditation and the time; for all others, and other methods, there is none."""

    def decorated(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            at = timezone.now()
            holder = current(request.user, at)
            if holder is None or not access.is_press(request.user) or request.method not in methods:
                raise Http404
            return from_here_only(view)(request, holder, at, *args, **kwargs)

        return entered

    return decorated


@accredited_only("GET", "HEAD")
def desk(request: HttpRequest, holder: Accreditation, at: datetime) -> HttpResponseBase:
    """Title, kind, agency and time of each, the next to become public first; ``?after=`` time and key."""
    rows = _after(ahead.offered(at), request.GET.get("after", ""))
    found = list(rows.select_related("agency__successor", "locale")[: PAGE + 1])
    opened = set(
        EmbargoAcceptance.objects.filter(
            user=holder.user_id, terms=ahead.TERMS, resource__in=found
        ).values_list("resource_id", "until")
    )
    lang, last = interface_language(), found[PAGE - 1] if len(found) > PAGE else None
    shown = [
        {
            "row": row,
            "kind": Kind(row.kind),
            "agency": row.agency.current.label_in(lang),
            "lang": "" if row.language == lang else row.language,
            "opened": (row.pk, row.embargo_until) in opened,
        }
        for row in found[:PAGE]
    ]
    context = {"shown": shown, "holder": holder, "first": "after" not in request.GET, "robots": "noindex"}
    following = f"{last.embargo_until.isoformat()}_{last.pk}" if last and last.embargo_until else ""
    return page(request, "newsroom/embargoed.html", {**context, "following": following})


def _after(rows: Any, key: str) -> Any:
    """What follows the row of ``key``; all of them where it names none."""
    moment, _sign, pk = key.rpartition("_")
    try:
        until = parse_datetime(moment.replace(" ", "+"))
    except ValueError:
        until = None
    if until is None or timezone.is_naive(until) or not (pk.isascii() and pk.isdecimal() and len(pk) < 16):
        return rows
    return rows.filter(Q(embargo_until__gt=until) | Q(embargo_until=until, pk__gt=int(pk)))


@accredited_only("GET", "HEAD", "POST")
def one(request: HttpRequest, holder: Accreditation, at: datetime, public_id: str) -> HttpResponseBase:
    """What is accepted for this one; a post that accepts leads to its page."""
    rows = ahead.offered(at).select_related("agency__successor", "locale")
    row = rows.identified_by(public_id)
    if row is None:
        if Resource.objects.public(at).filter(public_id=public_id).exists():
            return _to_its_page(public_id)
        raise Http404
    if ahead.acceptance(request.user, row, at) is not None:
        return _to_its_page(public_id)
    # The time that was read is the one that is accepted: the editor may have moved it in the meantime.
    moved = request.method == "POST" and request.POST.get("until") != _stamp(row)
    if request.method == "POST" and request.POST.get("accept") and not moved:
        ahead.accept(row, by=holder, at=at)
        return _to_its_page(public_id)
    context = {
        "row": row,
        "kind": Kind(row.kind),
        "content_lang": row.language,
        "agency_label": row.agency.current.label_in(interface_language()),
        "holder": holder,
        "stamp": _stamp(row),
        "moved": moved,
        "missing": request.method == "POST" and not moved,
        "robots": "noindex",
    }
    status = 409 if moved else 400 if context["missing"] else 200
    return page(request, "newsroom/embargo-accept.html", context, status=status)


def _stamp(row: Resource) -> str:
    return row.embargo_until.isoformat() if row.embargo_until else ""


def _to_its_page(public_id: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("newsroom:resource", args=[public_id]))
    response.status_code = 303
    response["Cache-Control"] = serving.PRIVATE_CACHE
    return response


def _opened(request: HttpRequest, public_id: str, at: datetime) -> tuple[Resource, EmbargoAcceptance]:
    """Raises :class:`~django.http.Http404` where it was not accepted."""
    row = ahead.offered(at).identified_by(public_id)
    given = ahead.acceptance(request.user, row, at) if row else None
    if row is None or given is None:
        raise Http404
    return with_offers(Resource.objects.filter(pk=row.pk)).get(), given


@accredited_only("GET", "HEAD")
def picture(request: HttpRequest, holder: Accreditation, at: datetime, public_id: str) -> HttpResponseBase:
    """The picture of its page: its public addresses stay closed until its time."""
    row, _given = _opened(request, public_id, at)
    chosen = {one.key: one for one in offers(row)}
    found = chosen.get("web") or chosen.get("cover")
    if found is None or found.rendition is None:
        raise Http404
    return serving.send(request, found.rendition, cache=serving.PRIVATE_CACHE)


@accredited_only("POST")
def kit(request: HttpRequest, holder: Accreditation, at: datetime, public_id: str) -> HttpResponseBase:
    """Everything of it as one ZIP, for a purpose that its terms will allow."""
    row, _given = _opened(request, public_id, at)
    purpose = request.POST.get("purpose", "")
    address = reverse("newsroom:resource", args=[public_id])
    if purpose not in Purpose.values or not request.POST.get("credit"):
        return HttpResponseRedirect(f"{address}?wrong=kit#kit")
    selection = [(row.public_id, [one.key for one in offers(row)])]
    try:
        made = kits.make(
            None,
            selection,
            title=row.title,
            purpose=Purpose(purpose),
            user=request.user,
            lang=interface_language(),
            at=at,
        )
    except Refused:
        return HttpResponseRedirect(f"{address}?wrong=purpose#kit")
    return HttpResponseRedirect(reverse("taking:kit", kwargs={"token": made.token}))
