"""What the library has for an audience, on a topic, from an agency, in a campaign."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.portal import campaigns
from cms.portal.agencies import Directory
from cms.portal.cards import cards_of, shelved
from cms.portal.listing import newest
from cms.portal.presenting import today
from cms.portal.terms import audience_links, topic_links
from cms.portal.views.answers import page
from media_library.models import Agency, AgencyType, Audience, Campaign, Resource, Topic
from media_library.models.resource_lists import ResourceQuerySet


@require_safe
def audience(request: HttpRequest, code: str) -> HttpResponse:
    term = get_object_or_404(Audience, slug=code)
    lang, at = interface_language(), timezone.now()
    found = Resource.objects.public(at).filter(audience_uses__tag=term)
    others = [link for link in audience_links(lang) if link.slug != code]
    context = {"term": term, "label": term.label_in(lang), "about": term.description_in(lang)}
    context |= {"others": others, "facet": "audience", "code": code}
    return _list(request, "portal/audience.html", context, found)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    term = get_object_or_404(Topic, slug=slug)
    lang, at = interface_language(), timezone.now()
    found = Resource.objects.public(at).filter(topic_uses__tag=term)
    others = [link for link in topic_links(lang) if link.slug != slug]
    context = {"term": term, "label": term.label_in(lang), "about": term.description_in(lang)}
    context |= {"others": others, "facet": "topic", "code": slug}
    return _list(request, "portal/topic.html", context, found)


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Every way in: topics, audiences, campaigns."""
    lang, on = interface_language(), today(timezone.now())
    rows = [(one, one.is_running(on)) for one in Campaign.objects.all()]
    context = {
        "topics": topic_links(lang),
        "audiences": audience_links(lang),
        "campaigns": [
            {
                "code": one.code,
                "label": one.label_in(lang),
                "summary": one.summary_in(lang),
                "running": running,
            }
            for one, running in sorted(rows, key=lambda row: (not row[1], row[0].code))
        ],
    }
    return page(request, "portal/topics.html", context)


@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """What an agency gives, with all that came to it by mergers; a merged agency leads to its successor."""
    directory = Directory.load()
    named = directory.with_code(code)
    if named is None:
        raise Http404
    current = directory.current(named.pk)
    if current.code != code:
        return HttpResponsePermanentRedirect(reverse("portal:agency", args=[current.code]))
    return _list(request, "portal/agency.html", _of_agency(current, directory), _given_by(current, directory))


def _given_by(current: Agency, directory: Directory) -> ResourceQuerySet:
    family = [one.pk for one in directory.family(current)]
    return Resource.objects.public(timezone.now()).filter(agency_id__in=family)


def _of_agency(current: Agency, directory: Directory) -> dict[str, Any]:
    lang = interface_language()
    earlier = [one.label_in(lang) for one in directory.family(current) if one.pk != current.pk]
    return {
        "agency": current,
        "label": current.label_in(lang),
        "earlier": earlier,
        "facet": "agency",
        "code": current.code,
        "directory": directory,
    }


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Every present agency by type, with the number of its public resources."""
    lang, directory = interface_language(), Directory.load()
    counts: dict[int, int] = {}
    rows = Resource.objects.public(timezone.now()).order_by().values("agency_id")
    for row in rows.annotate(number=Count("pk")):
        pk = directory.current(row["agency_id"]).pk
        counts[pk] = counts.get(pk, 0) + row["number"]
    order = list(AgencyType.values)
    ranked = sorted(directory.present(), key=lambda one: (order.index(one.type), one.label_in(lang)))
    groups = [
        (AgencyType(type_).label, [(one.code, one.label_in(lang), counts.get(one.pk, 0)) for one in members])
        for type_, members in groupby(ranked, key=lambda one: one.type)
    ]
    return page(request, "portal/agencies.html", {"groups": groups, "total": len(ranked)})


@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    at, lang = timezone.now(), interface_language()
    found = get_object_or_404(Campaign, code=code)
    directory = Directory.load()
    pins = campaigns.pinned(found, at=at)
    shown = campaigns.as_of(found, today(at))
    context = {
        "campaign": found,
        "label": found.label_in(lang),
        "about": found.summary_in(lang),
        "day": shown.day,
        "running": found.is_running(today(at)),
        "until": shown.until,
        "lead": directory.current(found.lead_id).label_in(lang),
        "lead_code": directory.current(found.lead_id).code,
        "pins": shelved(cards_of(pins[:5], lang=lang, directory=directory)),
        "facet": "campaign",
        "code": code,
        "directory": directory,
    }
    return _list(request, "portal/campaign.html", context, campaigns.belonging(found, at=at))


def _list(
    request: HttpRequest, template: str, context: dict[str, Any], found: ResourceQuerySet
) -> HttpResponse:
    """``context`` with one page of ``found``, each work once."""
    lang, at = interface_language(), timezone.now()
    listing = newest(found.in_language(lang=lang, at=at), after=request.GET.get("after", ""))
    directory = context.get("directory") or Directory.load()
    context["listing"] = listing
    context["cards"] = cards_of(listing.resources, lang=lang, directory=directory)
    context["robots"] = "" if listing.first else "noindex, follow"
    return page(request, template, context)
