"""Requests of the press on the public side: asked, followed up and closed by who asked, seen by no one else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cms.language import interface_language
from cms.newsroom import asking, granted, leafing
from cms.newsroom.enquiry_forms import AskForm, MessageForm
from cms.newsroom.models import Enquiry, EnquiryState
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.lightboxes import page
from cms.refusing import refusal
from media_library import access
from media_library.models import Resource
from media_library.reuse import Purpose


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The form. Who was signed out meanwhile keeps what they wrote and is told to sign in beside it."""
    at = timezone.now()
    rows = Resource.objects.public(at).select_related("agency__successor", "locale")
    resource = rows.identified_by(public_id)
    if resource is None:
        return refusal(request, public_id=public_id, at=at)
    if request.method != "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return _ask_page(request, resource, AskForm(initial=_suggested(request)))
    form = AskForm(request.POST)
    if not request.user.is_authenticated:
        return _ask_page(request, resource, form, wrong="out", status=403)
    if not form.is_valid():
        return _ask_page(request, resource, form, status=400)
    try:
        made = asking.ask(resource, **form.cleaned_data, by=request.user, at=at)
    except asking.TooManyOpen:
        return _ask_page(request, resource, form, wrong="many", status=409)
    return HttpResponseRedirect(reverse("newsroom:enquiry", args=[made.key]) + "?told=sent")


def _suggested(request: HttpRequest) -> dict[str, str]:
    """The outlet as it was named last time."""
    last = Enquiry.objects.filter(asked_by_id=request.user.pk or 0).order_by("-pk").first()
    return {"outlet": last.outlet if last else ""}


def _ask_page(
    request: HttpRequest, resource: Resource, form: AskForm, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "resource": resource,
        "content_lang": resource.language,
        "agency": resource.agency.current.label_in(interface_language()),
        "form": form,
        "purposes": Purpose.choices,
        "wrong": wrong,
        "most": asking.MOST_OPEN,
        "login": reverse("wagtailadmin_login"),
        "robots": "noindex",
    }
    return page(request, "newsroom/ask.html", context, status=status)


@require_safe
def enquiries(request: HttpRequest) -> HttpResponseBase:
    """One's own, the newest first."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    own = Enquiry.objects.filter(asked_by=request.user).select_related("resource__agency", "resource__locale")
    leaf = leafing.newest(own, after=request.GET.get("after", ""))
    rows = [{"enquiry": one, **_about(request, one)} for one in leaf.rows]
    context = {"rows": rows, "leaf": leaf, "robots": "noindex"}
    return page(request, "newsroom/enquiries.html", context)


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, key: str) -> HttpResponseBase:
    """One thread of one's own; another's answers like one that does not exist."""
    if not request.user.is_authenticated and request.method != "POST":
        return redirect_to_login(request.get_full_path())
    rows = Enquiry.objects.select_related("resource__agency", "resource__locale", "asked_by")
    found = rows.filter(key=key, asked_by_id=request.user.pk or 0).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _thread(request, found, MessageForm())
    at = timezone.now()
    if request.POST.get("act") == "close":
        asking.close(found, at=at)
        return _back(found, "closed")
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _thread(request, found, form, status=400)
    try:
        asking.follow_up(found, form.cleaned_data["text"], by=request.user, at=at)
    except asking.Closed:
        found.refresh_from_db()
        return _thread(request, found, form, wrong="closed", status=409)
    return _back(found, "sent")


def _back(found: Enquiry, told: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("newsroom:enquiry", args=[found.key]) + f"?told={told}")


def _thread(
    request: HttpRequest, found: Enquiry, form: MessageForm, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    told = request.GET.get("told", "")
    context = {
        "enquiry": found,
        **_about(request, found),
        "thread": found.messages.all(),
        "permitted": granted.told(list(found.grants.all()), at=timezone.now()),
        "open": found.state != EnquiryState.CLOSED,
        "form": form,
        "wrong": wrong,
        "told": told if told in ("sent", "closed") else "",
        "robots": "noindex",
    }
    return page(request, "newsroom/enquiry.html", context, status=status)


def _about(request: HttpRequest, found: Enquiry) -> dict[str, Any]:
    """The resource by name only while its holder may see it."""
    resource, lang = found.resource, interface_language()
    seen = access.may_view(request.user, resource, timezone.now())
    return {
        "resource": resource if seen else None,
        "title": resource.title if seen else "",
        "title_lang": resource.language if seen and resource.language != lang else "",
        "agency": resource.agency.label_in(lang),
    }
