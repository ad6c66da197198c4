"""What the first page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from cms.language import interface_language
from cms.portal import campaigns
from cms.portal.agencies import Directory
from cms.portal.cards import Card, cards_of, shelved
from cms.portal.models import HomePage
from cms.portal.presenting import newest_cards
from cms.portal.terms import audience_links
from media_library.kinds import Kind
from media_library.models import Resource

AGENCIES_SHOWN = 15
NEWEST = 5
PICKS = 3


def home_context(*, page: HomePage | None) -> dict[str, Any]:
    """Context of ``portal/home.html``; the number of queries does not depend on what the library holds."""
    at, lang = timezone.now(), interface_language()
    directory = Directory.load()
    agencies = directory.present()
    return {
        "page": page,
        "heading": page.heading if page else "",
        "searches": page.searches if page else [],
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "audiences": audience_links(lang),
        "picks": _picks(page, lang=lang, at=at, directory=directory),
        "newest": shelved(newest_cards(lang=lang, at=at, limit=NEWEST, directory=directory)),
        "campaign": _campaign(lang=lang, at=at, directory=directory),
        "agency_count": len(agencies),
        "agencies": _busiest(directory, at=at, lang=lang),
    }


def _picks(page: HomePage | None, *, lang: str, at: datetime, directory: Directory) -> list[Card]:
    ids = [pick.resource_id for pick in page.picks.all()] if page else []
    shown = Resource.objects.public(at).with_cards().in_bulk(ids)
    chosen = [shown[pk] for pk in ids if pk in shown]
    with_picture = [card for card in cards_of(chosen, lang=lang, directory=directory) if card.picture]
    return with_picture[:PICKS]


def _campaign(*, lang: str, at: datetime, directory: Directory) -> dict[str, Any] | None:
    found = campaigns.running(at)
    if found is None:
        return None
    resources = campaigns.first_of(found.campaign, at=at)
    return {
        "code": found.campaign.code,
        "label": found.campaign.label_in(lang),
        "summary": found.campaign.summary_in(lang),
        "day": found.day,
        "until": found.until,
        "cards": cards_of(resources, lang=lang, directory=directory),
    }


def _busiest(directory: Directory, *, at: datetime, lang: str) -> list[tuple[str, str]]:
    """Code and name of the agencies that give most, then of others by name."""
    counts: dict[int, int] = {}
    rows = Resource.objects.public(at).order_by().values("agency_id").annotate(number=Count("pk"))
    for row in rows:
        current = directory.current(row["agency_id"]).pk
        counts[current] = counts.get(current, 0) + row["number"]
    ranked = sorted(directory.present(), key=lambda agency: -counts.get(agency.pk, 0))
    return [(agency.code, agency.label_in(lang)) for agency in ranked[:AGENCIES_SHOWN]]
