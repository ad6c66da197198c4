"""A resource for the press: what can be taken, for what, under whose name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.language import interface_language
from cms.newsroom import granted, terms, uses
from cms.newsroom.cards import Card, card_of
from cms.newsroom.embargo import ahead
from cms.newsroom.forms import TakeForm
from cms.newsroom.models import EmbargoAcceptance
from cms.newsroom.offers import Offer, offers, with_offers
from cms.refusing import refusal
from media_library import access, reuse
from media_library.files.serving import PRIVATE_CACHE
from media_library.models import Resource
from media_library.reuse import Purpose, Reader


# Public pages set no cookie, so there is no token to compare; what another site posts is not taken in.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def resource(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page, and its form. What is not public is told of as on the portal, whoever asks.

    Accredited press that accepted its embargo is shown it with its time, and what it may do from then on.
    """
    now = at = timezone.now()
    found = with_offers(Resource.objects.public(at)).identified_by(public_id)
    given = None
    if found is None:
        given = _accepted(request, public_id, at)
        if given is None:
            return refusal(request, public_id=public_id, at=at)
        found, at = with_offers(Resource.objects.filter(pk=given.resource_id)).get(), given.until
    offered = offers(found)
    reader, grants = access.reader_of(request.user, found), access.grants_of(request.user, found)
    asks_terms = terms.needed(request, found, at=now)
    form = TakeForm(
        request.POST if request.method == "POST" else None,
        offers=offered,
        rights={each.purpose: each for each in reuse.all_rights(found, reader=reader, at=at, grants=grants)},
        lang=interface_language(),
        asks_terms=asks_terms,
        yes_to_all=reader == Reader.OWN,
    )
    posted = request.method == "POST" and request.headers.get("Sec-Fetch-Site") != "cross-site"
    if posted and form.is_valid():
        if asks_terms:
            terms.accept(request, at=now)
        return _given(request, found, form)
    context = _context(request, found, offered=offered, form=form, at=at)
    if given is not None:
        context |= _under_embargo(request, context["card"], given)
        ahead.note(given, what="page", at=now)
    response = render(request, "newsroom/resource.html", {**context, "asks_terms": asks_terms})
    response["Cache-Control"] = PRIVATE_CACHE
    return response


def _accepted(request: HttpRequest, public_id: str, at: datetime) -> EmbargoAcceptance | None:
    """That by which who asks may open what is under embargo."""
    row = Resource.objects.identified_by(public_id)
    return ahead.acceptance(request.user, row, at) if row else None


def _under_embargo(request: HttpRequest, card: Card, given: EmbargoAcceptance) -> dict[str, Any]:
    """Its mark, and its picture at an address that opens to who accepted it alone."""
    shown = card.picture
    if shown is not None:
        address = reverse("newsroom:embargoed_picture", args=[card.public_id])
        shown = {**shown, "src": address, "srcset": "", "webp": ""}
    asked = request.GET.get("wrong", "")
    return {
        "held": given.until,
        "card": replace(card, picture=shown),
        "wrong": asked if asked in ("kit", "purpose") else "",
    }


def _translations(found: Resource, at: datetime) -> list[tuple[Resource, str]]:
    """Its public versions in other languages, each with the address of its press page in that language."""
    family = Resource.objects.public(at).filter(translation_key=found.translation_key).exclude(pk=found.pk)
    told = []
    for other in family.select_related("locale").defer("body").order_by("locale__language_code"):
        with translation.override(other.language):
            told.append((other, reverse("newsroom:resource", args=[other.public_id])))
    return told


def _given(request: HttpRequest, found: Resource, form: TakeForm) -> HttpResponse:
    """To the address of the file, which carries what was declared."""
    told = form.cleaned_data
    ticket = uses.declare(
        resource=found,
        offer=told["offer"],
        purpose=Purpose(told["purpose"]),
        outlet=told["outlet"],
        user=request.user,
    )
    address = next(one.address for one in offers(found) if one.key == told["offer"])
    response = HttpResponseRedirect(f"{address}?t={ticket.signed()}")
    response.status_code = 303
    response["Cache-Control"] = PRIVATE_CACHE
    return response


def _context(
    request: HttpRequest, found: Resource, *, offered: list[Offer], form: TakeForm, at: datetime
) -> dict[str, Any]:
    lang = interface_language()
    agency = found.agency.current
    reader, grants = access.reader_of(request.user, found), access.grants_of(request.user, found)
    chosen = form["offer"].value() or (offered[0].key if offered else "")
    return {
        "resource": found,
        "card": card_of(found, lang=lang, at=at, reader=reader, grants=grants),
        "content_lang": found.language,
        "translations": _translations(found, at),
        "agency": agency,
        "agency_label": agency.label_in(lang),
        "uses": reuse.told(found, reader=reader, at=at, lang=lang, grants=grants),
        "credits": reuse.credits_of(found, agency),
        "licence": found.licence_terms,
        "permitted": granted.running(request.user, found, at=at),
        "offers": offered,
        "chosen": chosen,
        "form": form,
        "purposes": [(one.value, one.label) for one in Purpose],
        "may_take": bool(offered) and access.may_download(request.user, found, at),
        "robots": "noindex",
    }
