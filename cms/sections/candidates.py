"""From the database to the composition: candidates of a section in a small constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from cms.sections import sharing
from cms.sections.central import CityPin, pins_for
from cms.sections.compose import MAX_LIMIT, Candidate, Order, Pin, Place, Rule, compose, fallbacks
from cms.sections.models import Section, SectionPin
from media_library.models import (
    Agency,
    CampaignPin,
    Resource,
    ResourceAudience,
    ResourceTopic,
)
from media_library.models.resource_lists import ResourceQuerySet

_CARD_TAGS = ("audience_uses__tag", "topic_uses__tag")


@dataclass(frozen=True)
class Shown:
    """One resource in its place."""

    place: Place
    resource: Resource


def selected(rule: Rule, at: datetime) -> ResourceQuerySet:
    """Public resources that satisfy every list of ``rule``, in no order."""
    found = Resource.objects.public(at).filter(embedding_refused="")
    if rule.kinds:
        found = found.filter(kind__in=rule.kinds)
    if rule.languages:
        found = found.filter(locale__language_code__in=rule.languages)
    if rule.agencies:
        found = found.filter(agency_id__in=rule.agencies)
    if rule.campaigns:
        found = found.filter(campaign_id__in=rule.campaigns)
    if rule.audiences:
        uses = ResourceAudience.objects.filter(tag_id__in=rule.audiences)
        found = found.filter(pk__in=uses.values("content_object_id"))
    if rule.topics:
        found = found.filter(
            pk__in=ResourceTopic.objects.filter(tag_id__in=rule.topics).values("content_object_id")
        )
    if rule.since:
        found = found.filter(Q(first_published_at__gte=rule.since) | Q(embargo_until__gte=rule.since))
    if rule.before:
        held_no_longer = Q(embargo_until=None) | Q(embargo_until__lt=rule.before)
        found = found.filter(held_no_longer, first_published_at__lt=rule.before)
    return found


NOTHING = Q()


def _first(rule: Rule, at: datetime, *, count: int, besides: Q = NOTHING) -> Q:
    """The first ``count`` of the rule's order, leaving out ``besides``."""
    wanted = Q()
    for ids in _first_ids(rule, at, count=count, besides=besides):
        wanted |= Q(pk__in=Subquery(ids))
    return wanted


def _first_ids(rule: Rule, at: datetime, *, count: int, besides: Q) -> list[QuerySet[Any, Any]]:
    """Bounded subqueries that together hold the first ``count`` of the rule's order.

    When the public first saw a resource is the later of its publication and the end of its embargo: its
    first ``count`` lie among the first by either, and each of the two runs along an index.
    """
    found = selected(rule, at).exclude(besides) if besides else selected(rule, at)
    if rule.order == Order.MOST_USED:
        ranked = found.order_by(uses().desc(), "-first_published_at", "-pk")
        return [ranked.values("pk")[:count]]
    newest = found.order_by("-first_published_at", "-pk").values("pk")[:count]
    held = found.filter(embargo_until__isnull=False).order_by("-embargo_until", "-pk").values("pk")[:count]
    return [newest, held]


def uses() -> CombinedExpression:
    """In how many sections and campaigns people have pinned a resource."""
    return _pinned(SectionPin) + _pinned(CampaignPin)


def _pinned(model: type[SectionPin] | type[CampaignPin]) -> Coalesce:
    counted = (
        model._default_manager.filter(resource=OuterRef("pk"))
        .order_by()
        .values("resource")
        .annotate(times=Count("pk"))
        .values("times")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


OFFERED = 4
"""Times the length of a mixed section that are looked at, so that there is something to draw forward."""


def load(
    *,
    rule: Rule,
    pins: Sequence[Pin],
    at: datetime,
    excluded: Collection[int] = (),
    spare: bool = False,
) -> list[Resource]:
    """The resources that may stand in the section, with all a card and a feed show of them.

    ``spare``: those too that fill it up.
    """
    length = min(rule.limit, MAX_LIMIT)
    count = length * (OFFERED if rule.mixed else 1) + len(pins) + len(excluded)
    wanted = Q(pk__in=[pin.resource_id for pin in pins])
    for each in (rule, *(fallbacks(rule) if spare else ())):
        wanted |= _first(each, at, count=count)
    for besides in _crowds(rule, at, count=count) if rule.mixed else ():
        wanted |= _first(rule, at, count=count, besides=besides)
    found = Resource.objects.public(at).filter(wanted).annotate(uses=uses())
    if sharing.is_on():
        return _loaded_once(dict(found.values_list("pk", "uses")))
    return _loaded(found)


def _crowds(rule: Rule, at: datetime, *, count: int) -> tuple[Q, ...]:
    """The agency and the kind that most of the first are of: what stands besides them is looked at too.

    So a batch of two hundred files leaves something to draw forward. One query.
    """
    first = Resource.objects.filter(_first(rule, at, count=count)).order_by().values_list("agency_id", "kind")
    if not first:
        return ()
    agency = Q(agency_id=Counter(agency for agency, _kind in first).most_common(1)[0][0])
    kind = Q(kind=Counter(kind for _agency, kind in first).most_common(1)[0][0])
    return agency, kind, agency | kind


def _loaded(found: ResourceQuerySet) -> list[Resource]:
    resources = list(found.with_cards().defer("body").prefetch_related(*_CARD_TAGS))
    give_agencies(resources)
    return resources


def _loaded_once(uses_of: dict[int, int]) -> list[Resource]:
    """Those that another section of the same drain has loaded, and the rest."""
    kept: dict[int, Resource] = sharing.named("resources", dict)
    missing = [pk for pk in uses_of if pk not in kept]
    if missing:
        kept |= {row.pk: row for row in _loaded(Resource.objects.filter(pk__in=missing))}
    resources = [kept[pk] for pk in uses_of if pk in kept]
    for resource in resources:
        resource.uses = uses_of[resource.pk]
    return resources


def give_agencies(resources: Iterable[Resource]) -> None:
    """Set each resource's agency with its whole chain of successors: one query for all of them."""
    agencies = sharing.named("agencies", _agencies)
    for resource in resources:
        resource.agency = agencies[resource.agency_id]


def _agencies() -> dict[int, Agency]:
    agencies = {agency.pk: agency for agency in Agency.objects.all()}
    for agency in agencies.values():
        agency.successor = agencies.get(agency.successor_id) if agency.successor_id else None
    return agencies


def candidate(resource: Resource) -> Candidate:
    """The facts of a loaded resource; asks no query after :func:`load`."""
    return Candidate(
        id=resource.pk,
        kind=resource.kind,
        language=resource.language,
        agency=resource.agency_id,
        published_at=resource.published_at or resource.created_at,
        campaign=resource.campaign_id,
        audiences=frozenset(use.tag_id for use in resource.audience_uses.all()),
        topics=frozenset(use.tag_id for use in resource.topic_uses.all()),
        uses=getattr(resource, "uses", 0),
        live=resource.live,
        withdrawn_at=resource.withdrawn_at,
        embargo_until=resource.embargo_until,
        expire_at=resource.expire_at,
        embeddable=not resource.embedding_refused,
    )


def shown_in(section: Section, at: datetime) -> list[Shown]:
    """What the section shows at ``at``, in order. Works on an unsaved section too, for the preview."""
    rule = section.rule()
    shown = _shown(section, rule, at, spare=rule.filled)
    return shown if shown or rule.filled else _shown(section, rule, at, spare=True)


def _shown(section: Section, rule: Rule, at: datetime, *, spare: bool) -> list[Shown]:
    pins, excluded = section.pin_list(), section.excluded()
    central = pins_for(_city_pins(at), section.agency.type)
    found = load(rule=rule, pins=[*central, *pins], at=at, excluded=excluded, spare=spare)
    resources = {resource.pk: resource for resource in found}
    places = compose(
        rule=rule,
        pins=pins,
        central=central,
        excluded=excluded,
        candidates=map(candidate, resources.values()),
        at=at,
    )
    return [Shown(place, resources[place.resource_id]) for place in places]


def _city_pins(at: datetime) -> list[CityPin]:
    """All of them; once for the sections of one drain."""
    return sharing.named("city pins", lambda: list(CityPin.objects.not_over(at)))


def facts_of(resource_ids: Iterable[int]) -> list[Candidate]:
    """Facts of resources whatever their state, to judge which sections they concern."""
    rows = (
        Resource.objects.filter(pk__in=list(resource_ids))
        .select_related("locale")
        .defer("body")
        .prefetch_related("audience_uses", "topic_uses")
    )
    return [candidate(resource) for resource in rows]
