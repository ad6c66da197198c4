"""Figures of what was taken and cited within some days: of a person's agencies, for the lead department of all.

Downloads of people who work on a resource themselves are not uses; what an outlet calls itself is taken as it was
written. Names of people are asked for nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from cms.newsroom.models import Citation, Use
from media_library.models import Resource
from media_library.reuse import Purpose


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of ``first`` to the end of ``last``, in the city's time."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        first, after = self.first, self.last + timedelta(days=1)
        return (
            timezone.make_aware(datetime.combine(first, time.min)),
            timezone.make_aware(datetime.combine(after, time.min)),
        )


@dataclass(frozen=True, slots=True)
class Totals:
    downloads: int
    declared: int
    outlets: int
    citations: int


@dataclass(slots=True)
class OutletRow:
    """``purposes``: downloads by purpose, in the order of :class:`~media_library.reuse.Purpose`."""

    outlet: str
    downloads: int
    resources: int
    last: datetime
    citations: int = 0
    purposes: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ResourceRow:
    resource: Resource
    downloads: int
    citations: int


def uses(user: Any, days: Days) -> QuerySet[Use]:
    begin, end = days.bounds
    return Use.objects.filter(resource__in=_theirs(user), at__gte=begin, at__lt=end)


def citations(user: Any, days: Days) -> QuerySet[Citation]:
    return Citation.objects.filter(
        resource__in=_theirs(user), published_on__gte=days.first, published_on__lte=days.last
    )


def totals(user: Any, days: Days) -> Totals:
    """Two queries."""
    named = ~Q(outlet="")
    counted = uses(user, days).aggregate(
        downloads=Count("pk"),
        declared=Count("pk", filter=~Q(purpose="")),
        outlets=Count("outlet", filter=named, distinct=True),
    )
    return Totals(**counted, citations=citations(user, days).count())


def by_purpose(user: Any, days: Days) -> list[tuple[str, int]]:
    """Each purpose with its downloads, and at the end those without one."""
    found = uses(user, days).order_by().values_list("purpose").annotate(number=Count("pk"))
    counts = dict(found)
    return [*((str(each.label), counts.get(each.value, 0)) for each in Purpose), ("", counts.get("", 0))]


def outlets(user: Any, days: Days, *, after: tuple[int, str] | None, count: int) -> list[OutletRow]:
    """Outlets that declared themselves, those with most downloads first; what follows ``after``.

    Three queries.
    """
    found = (
        uses(user, days)
        .exclude(outlet="")
        .order_by()
        .values("outlet")
        .annotate(downloads=Count("pk"), resources=Count("resource", distinct=True), last=Max("at"))
        .order_by("-downloads", "outlet")
    )
    if after is not None:
        number, name = after
        found = found.filter(Q(downloads__lt=number) | Q(downloads=number, outlet__gt=name))
    rows = {row["outlet"]: OutletRow(**row) for row in found[:count]}
    _add_purposes(rows, user, days)
    cited = citations(user, days).filter(outlet__in=rows).order_by().values_list("outlet")
    for name, number in cited.annotate(number=Count("pk")):
        rows[name].citations = number
    return list(rows.values())


def _add_purposes(rows: dict[str, OutletRow], user: Any, days: Days) -> None:
    places = {purpose.value: place for place, purpose in enumerate(Purpose)}
    for row in rows.values():
        row.purposes = [0] * len(places)
    found = uses(user, days).filter(outlet__in=rows).order_by().values_list("outlet", "purpose")
    for name, purpose, number in found.annotate(number=Count("pk")):
        if purpose in places:
            rows[name].purposes[places[purpose]] = number


def resources(user: Any, days: Days, *, count: int) -> list[ResourceRow]:
    """Those with most downloads, and how often each was cited. Three queries."""
    counted = uses(user, days).order_by().values_list("resource").annotate(number=Count("pk"))
    taken = dict(counted.order_by("-number", "resource")[:count])
    cited = citations(user, days).filter(resource__in=taken).order_by().values_list("resource")
    numbers = dict(cited.annotate(number=Count("pk")))
    found = Resource.objects.filter(pk__in=taken).select_related("agency").defer("body").in_bulk()
    return [ResourceRow(found[pk], number, numbers.get(pk, 0)) for pk, number in taken.items() if pk in found]


def told(rows: QuerySet[Use]) -> QuerySet[Use]:
    """With all that a line says of each."""
    return rows.select_related("resource__agency").defer("resource__body")


def lines(rows: QuerySet[Use]) -> Iterable[Use]:
    """All of ``rows``, the oldest first, a thousand at a time."""
    return told(rows).order_by("at", "pk").iterator(1000)


def _theirs(user: Any) -> Any:
    return Resource.objects.manageable_by(user).order_by().values("pk")
