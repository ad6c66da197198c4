"""Campaigns as pages show them: which one runs, until when, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cms.portal.presenting import today
from media_library.models import Campaign, Resource
from media_library.models.campaign import Recurrence
from media_library.models.resource_lists import ResourceQuerySet

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign at a moment. ``day`` is ``10/10``, empty for one without a day; ``until`` its last day."""

    campaign: Campaign
    day: str
    until: date | None


def running(at: datetime) -> Running | None:
    """The campaign to show first: one with a time before one that always runs; the one that ends first."""
    on = today(at)
    found = [as_of(campaign, on) for campaign in Campaign.objects.all() if campaign.is_running(on)]
    return min(found, key=lambda one: (one.until or date.max, one.campaign.pk)) if found else None


def as_of(campaign: Campaign, on: date) -> Running:
    day = "/".join(str(int(part)) for part in reversed(campaign.day.split("-"))) if campaign.day else ""
    return Running(campaign, day, _last_day(campaign, on))


def _last_day(campaign: Campaign, on: date) -> date | None:
    if campaign.recurs == Recurrence.ONCE:
        return campaign.last_day
    if campaign.recurs != Recurrence.YEARLY or not campaign.ends:
        return None
    month, day = map(int, campaign.ends.split("-"))
    year = on.year if f"{on:%m-%d}" <= campaign.ends else on.year + 1
    return date(year, month, min(day, 28) if month == 2 else day)


def pinned(campaign: Campaign, *, at: datetime) -> list[Resource]:
    """What the campaign pins and everyone may see, in its order."""
    found = Resource.objects.public(at).filter(campaign_pins__campaign=campaign)
    return list(found.order_by("campaign_pins__sort_order", "pk").with_cards())


def belonging(campaign: Campaign, *, at: datetime) -> ResourceQuerySet:
    return Resource.objects.public(at).filter(campaign=campaign)


def first_of(campaign: Campaign, *, at: datetime) -> list[Resource]:
    """A handful for the first page: what is pinned, then the newest."""
    first = pinned(campaign, at=at)[:_SHOWN]
    more = belonging(campaign, at=at).exclude(pk__in=[one.pk for one in first])
    return [*first, *more.order_by("-first_published_at", "-pk").with_cards()[: _SHOWN - len(first)]]
