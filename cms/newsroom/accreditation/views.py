"""``/press/accreditation/``: to ask, to confirm one's address, to see how one's request stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cms.language import interface_language
from cms.newsroom.accreditation import asking, scans
from cms.newsroom.accreditation.forms import AskForm, PasswordForm
from cms.newsroom.models import Accreditation
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.lightboxes import page
from media_library import pace
from media_library.intake.rejection import Rejected

MOST_AN_HOUR = 5
"""Requests from one address of the network, and letters to one mail address, within an hour."""
_TOLD = ("sent", "waiting", "card", "password", "confirmed")
_STATE = Accreditation.State
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def accreditation(request: HttpRequest) -> HttpResponseBase:
    """One's own request, or the form to ask; to who is not signed in the form says how to get an account."""
    at = timezone.now()
    form = _form(request, at)
    if request.method != "POST":
        return _shown(request, form, at)
    if not form.is_valid():
        return _shown(request, form, at, status=400)
    given = {name: value for name, value in form.cleaned_data.items() if name != "website"}
    if not form.cleaned_data["website"]:
        if not _within(request, given.get("email", "")):
            return _shown(request, form, at, told="many", status=429)
        try:
            asking.ask(given, user=request.user, lang=interface_language(), at=at)
        except asking.Waiting:
            return _back("waiting")
    return _back("confirmed" if request.user.is_authenticated else "sent")


def _form(request: HttpRequest, at: datetime) -> AskForm:
    """Begun with what an earlier request of the same account said."""
    user: Any = request.user
    asks_email = not (user.is_authenticated and user.email)
    initial = {"name": user.get_full_name()} if user.is_authenticated else {}
    if (earlier := _own(request)) is not None and not earlier.forgotten_at:
        initial = {"name": earlier.name, "outlet": earlier.outlet, "card_number": earlier.card_number}
    return AskForm(
        request.POST if request.method == "POST" else None,
        asks_email=asks_email,
        today=timezone.localdate(at),
        initial=initial,
    )


def _within(request: HttpRequest, email: str) -> bool:
    """Both are counted, so that one answer tells nothing of the other."""
    asker = get_client_ip_address(request) or ""
    by_asker = pace.within(asker, what="accreditation", most=MOST_AN_HOUR)
    return (not email or pace.within(email, what="accreditation-letter", most=MOST_AN_HOUR)) and by_asker


def _own(request: HttpRequest) -> Accreditation | None:
    """The newest request of who is signed in."""
    if not request.user.is_authenticated:
        return None
    return Accreditation.objects.filter(user=request.user).order_by("-asked_at", "-pk").first()


def _shown(
    request: HttpRequest, form: AskForm, at: datetime, *, told: str = "", status: int = 200, wrong: str = ""
) -> HttpResponse:
    row = _own(request)
    standing = row.standing(at) if row else None
    asked = request.GET.get("told", "")
    here = reverse("newsroom:accreditation")
    context = {
        "row": row,
        "standing": standing.value if standing else "",
        "granted_before": _granted_before(request, row, at),
        "may_ask": standing not in (_STATE.WAITING,),
        "form": form,
        "told": told or (asked if asked in _TOLD else ""),
        "wrong_scan": wrong,
        "largest": scans.LARGEST,
        "sign_in": f"{reverse('wagtailadmin_login')}?next={here}",
        "robots": "noindex",
    }
    return page(request, "newsroom/accreditation.html", context, status=status)


def _granted_before(request: HttpRequest, row: Accreditation | None, at: datetime) -> Accreditation | None:
    """What still holds while a newer request waits or was refused."""
    if row is None or row.state == _STATE.GRANTED:
        return None
    return Accreditation.objects.filter(user=row.user_id, state=_STATE.GRANTED, until__gt=at).first()


@from_here_only
@require_POST
def card(request: HttpRequest) -> HttpResponseBase:
    """A picture or PDF of the press card, for a request of one's own that waits."""
    row, at = _own(request), timezone.now()
    if row is None or row.state != _STATE.WAITING:
        raise Http404
    upload = request.FILES.get("scan")
    try:
        if upload is None:
            raise Rejected("empty")
        scans.keep(row, upload)
    except Rejected as rejected:
        blank = AskForm(asks_email=False, today=timezone.localdate(at))
        return _shown(request, blank, at, status=400, wrong=str(rejected))
    return _back("card")


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who opens the letter reads the address: they get an account there, or sign in to the one they have."""
    try:
        row = asking.asked_by(token)
    except asking.LinkEnded:
        ended = {"state": "ended", "robots": "noindex"}
        return page(request, "newsroom/accreditation-confirm.html", ended, status=410)
    if row.state != _STATE.UNCONFIRMED:
        return _back("")
    holder = asking.holder_of(row.email)
    if holder is not None:
        return _of_an_account(request, row, holder)
    form = PasswordForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            user = asking.open_account(row, password=form.cleaned_data["password"])
        except (asking.Taken, asking.Waiting):
            return HttpResponseRedirect(request.path)
        login(request, user, backend=_BACKEND)
        return _back("password")
    context: dict[str, Any] = {"state": "new", "row": row, "form": form, "robots": "noindex"}
    return page(request, "newsroom/accreditation-confirm.html", context, status=400 if form.is_bound else 200)


def _of_an_account(request: HttpRequest, row: Accreditation, holder: Any) -> HttpResponseBase:
    if request.method == "POST" and request.user == holder:
        try:
            asking.confirm(row, user=holder)
        except asking.Waiting:
            return _back("waiting")
        return _back("confirmed")
    state = "closed" if not holder.is_active else "own" if request.user == holder else "sign_in"
    sign_in = f"{reverse('wagtailadmin_login')}?next={request.path}"
    context = {"state": state, "row": row, "sign_in": sign_in, "robots": "noindex"}
    return page(request, "newsroom/accreditation-confirm.html", context)


def _back(told: str) -> HttpResponseRedirect:
    address = reverse("newsroom:accreditation")
    response = HttpResponseRedirect(f"{address}?told={told}" if told else address)
    response["Cache-Control"] = "private, no-store"
    return response
