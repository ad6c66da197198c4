"""From the database to the composition: candidates of a section in a small constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

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


class _Found(NamedTuple):
    """What is known of a resource before it is loaded."""

    pk: int
    agency: int
    kind: str


def _first(rule: Rule, at: datetime, *, count: int, crowd: tuple[int, str] | None = None) -> list[_Found]:
    """The first ``count`` of the rule's order, in no order; sections of one drain with the same rule ask once.

    ``crowd``: an agency and a kind that are left out, one, the other, and both. One query.
    """
    asked = ("first", replace(rule, limit=0, mixed=False, filled=False), count, crowd)
    return sharing.named(asked, lambda: list(map(_Found._make, _rows(rule, at, count=count, crowd=crowd))))


def _rows(rule: Rule, at: datetime, *, count: int, crowd: tuple[int, str] | None) -> Any:
    wanted = Q()
    for besides in _besides(*crowd) if crowd else (NOTHING,):
        for ids in _first_ids(rule, at, count=count, besides=besides):
            wanted |= Q(pk__in=Subquery(ids))
    return Resource.objects.filter(wanted).order_by().values_list("pk", "agency_id", "kind")


def _besides(agency_id: int, kind: str) -> tuple[Q, ...]:
    agency, of_kind = Q(agency_id=agency_id), Q(kind=kind)
    return agency, of_kind, agency | of_kind


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
STEP = 10
"""What is looked at is counted in steps, so that a pin more or less asks for nothing of its own."""


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
    count += -count % STEP
    first = _first(rule, at, count=count)
    wanted = {pin.resource_id for pin in pins} | {each.pk for each in first}
    if rule.mixed and len(first) >= count:
        wanted |= {each.pk for each in _first(rule, at, count=count, crowd=_crowd(first))}
    for each in fallbacks(rule) if spare else ():
        wanted |= {found.pk for found in _first(each, at, count=count)}
    return _loaded_once(wanted, at)


def _crowd(first: Sequence[_Found]) -> tuple[int, str]:
    """The agency and the kind that most of the first are of: what stands besides them is looked at too.

    So a batch of two hundred files leaves something to draw forward.
    """
    agencies, kinds = Counter(each.agency for each in first), Counter(each.kind for each in first)
    return agencies.most_common(1)[0][0], kinds.most_common(1)[0][0]


def _loaded_once(wanted: Iterable[int], at: datetime) -> list[Resource]:
    """Those of ``wanted`` that are public: what another section of the same drain has loaded, and the rest."""
    kept: dict[int, Resource | None] = sharing.named("resources", dict)
    missing = [pk for pk in wanted if pk not in kept]
    if missing:
        kept |= dict.fromkeys(missing)
        kept |= {row.pk: row for row in _loaded(Resource.objects.public(at).filter(pk__in=missing))}
    return [found for pk in wanted if (found := kept[pk]) is not None]


def _loaded(found: ResourceQuerySet) -> list[Resource]:
    found = found.annotate(uses=uses())
    resources = list(found.with_cards().defer("body").prefetch_related(*_CARD_TAGS))
    give_agencies(resources)
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
