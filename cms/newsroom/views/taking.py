"""A file is taken: its right is asked, its bytes are sent whole or in part, its use is counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.newsroom import uses
from cms.newsroom.embargo import ahead
from cms.newsroom.offers import Offer, offer, with_offers
from cms.newsroom.uses import NoTicket, Ticket
from media_library import access
from media_library.files import serving
from media_library.models import Resource, User
from media_library.reuse import Purpose


@require_safe
def take(request: HttpRequest, public_id: str, key: str) -> HttpResponseBase:
    """The bytes of one offer. What is hidden, closed or missing answers alike (404); withdrawn 410.

    Where the terms open it to everyone, it is simply given. Otherwise, and with a ticket that does not hold any
    more, the page of the resource asks for the purpose first.
    """
    at = timezone.now()
    row = Resource.objects.identified_by(public_id)
    if row is not None and row.withdrawn_at:
        return serving.gone(row)
    if row is None:
        raise Http404
    if not access.is_public(row, at):
        return _ahead(request, row, key, at=at)
    resource = with_offers(Resource.objects.filter(pk=row.pk)).get()
    chosen = offer(resource, key)
    if chosen is None:
        raise Http404
    if "t" in request.GET:
        return _declared(request, resource, chosen, at=at)
    if not access.may_download(request.user, resource, at):
        raise Http404
    own = access.may_manage(request.user, resource)
    if not (own or access.may_download(None, resource, at)):
        return _ask(resource)
    response = _send(request, chosen)
    if not own and uses.begins(request, response):
        uses.count(resource=resource, offer=key, at=at, user=request.user)
    return response


def _declared(request: HttpRequest, resource: Resource, chosen: Offer, *, at: datetime) -> HttpResponseBase:
    try:
        ticket = uses.read(request.GET["t"], resource=resource, offer=chosen.key)
    except NoTicket:
        return _ask(resource)
    user = _user_of(ticket)
    if not access.may_download(user, resource, at, Purpose(ticket.purpose)):
        raise Http404
    response = _send(request, chosen)
    if uses.sends(request, response) and not access.may_manage(user, resource):
        uses.count(resource=resource, offer=chosen.key, at=at, user=user, ticket=ticket)
    return response


def _ahead(request: HttpRequest, row: Resource, key: str, *, at: datetime) -> HttpResponseBase:
    """Under embargo: to accredited press that accepted it, declared on its page, and signed in all the while."""
    given = ahead.acceptance(request.user, row, at)
    if given is None:
        raise Http404
    resource = with_offers(Resource.objects.filter(pk=row.pk)).get()
    chosen = offer(resource, key)
    if chosen is None:
        raise Http404
    try:
        ticket = uses.read(request.GET.get("t", ""), resource=resource, offer=key)
    except NoTicket:
        return _ask(resource)
    theirs = ticket.user == request.user.pk
    if not theirs or not ahead.may_take(request.user, resource, at, Purpose(ticket.purpose)):
        return _ask(resource)
    response = _send(request, chosen)
    if uses.sends(request, response):
        uses.count(resource=resource, offer=key, at=at, user=request.user, ticket=ticket)
    if uses.begins(request, response):
        ahead.note(given, what=key, at=at)
    return response


def _user_of(ticket: Ticket) -> Any:
    return User.objects.filter(pk=ticket.user, is_active=True).first() if ticket.user else None


def _ask(resource: Resource) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse("newsroom:resource", args=[resource.public_id]))
    response["Cache-Control"] = serving.PRIVATE_CACHE
    return response


def _send(request: HttpRequest, chosen: Offer) -> HttpResponseBase:
    source = chosen.rendition or serving.Written(
        body=chosen.made or b"", media_type=chosen.media_type, sha256=chosen.sha256
    )
    return serving.send(request, source, cache=serving.PRIVATE_CACHE, save_as=chosen.file_name)
