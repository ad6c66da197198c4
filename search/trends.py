"""What was asked over a period, from the daily counts: the most asked, what found nothing, what was followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Sum
from django.utils import timezone

from media_library.models import Resource
from search.models import Clicked, Question

PERIODS = (7, 30, 90)
"""Days of a report."""
FEW = 3
"""Fewer times than this are told as "fewer than" only, and are left out of exports."""
SHOWN = 30
"""Lines of one table on the page; exports have all."""
TABLES = ("asked", "nothing", "unclicked", "followed")


@dataclass(frozen=True, slots=True)
class Line:
    """A question or a resource with its counts over the period. ``times`` is what the table is about."""

    text: str
    times: int
    asked: int = 0
    nothing: int = 0
    clicked: int = 0
    resource: Resource | None = None

    @property
    def few(self) -> bool:
        return self.times < FEW


@dataclass(frozen=True, slots=True)
class Period:
    """The last ``days`` days up to and with today."""

    days: int
    first: date
    last: date

    @classmethod
    def of(cls, days: str, *, at: datetime) -> Period:
        """``days`` as it was asked for; anything but one of :data:`PERIODS` is thirty."""
        number = int(days) if days in map(str, PERIODS) else PERIODS[1]
        today = timezone.localdate(at)
        return cls(number, today - timedelta(days=number - 1), today)


def lines(table: str, period: Period, *, most: int | None = SHOWN) -> list[Line]:
    """Lines of one of :data:`TABLES`, the greatest first; ``most=None``: all. Two queries at most."""
    return list(_LINES[table](period, most))


def _questions(period: Period) -> Any:
    """Sums by question; of its wordings the one that sorts last, which has accents where any has."""
    rows = Question.objects.filter(day__range=(period.first, period.last)).values("key")
    return rows.annotate(shown=Max("text"), times=Sum("asked"), empty=Sum("nothing"), followed=Sum("clicked"))


def _line(row: dict[str, Any], times: str) -> Line:
    return Line(row["shown"], row[times], row["times"], row["empty"], row["followed"])


def _asked(period: Period, most: int | None) -> Iterator[Line]:
    for row in _questions(period).filter(times__gt=0).order_by("-times", "key")[:most]:
        yield _line(row, "times")


def _nothing(period: Period, most: int | None) -> Iterator[Line]:
    for row in _questions(period).filter(empty__gt=0).order_by("-empty", "key")[:most]:
        yield _line(row, "empty")


def _unclicked(period: Period, most: int | None) -> Iterator[Line]:
    """Something was found, and nobody followed any of it."""
    for row in _questions(period).filter(followed=0, times__gt=F("empty")).order_by("-times", "key")[:most]:
        yield _line(row, "times")


def _followed(period: Period, most: int | None) -> Iterator[Line]:
    """Resources that still exist; whoever reads this is of the lead department and may see all of them."""
    rows = Clicked.objects.filter(day__range=(period.first, period.last)).values_list("resource_id")
    sums = list(rows.annotate(sum=Sum("times")).order_by("-sum", "resource_id")[:most])
    resources = Resource.objects.select_related("agency", "locale").in_bulk([pk for pk, _sum in sums])
    for pk, times in sums:
        if (resource := resources.get(pk)) is not None:
            yield Line(resource.title, times, resource=resource)


_LINES = {"asked": _asked, "nothing": _nothing, "unclicked": _unclicked, "followed": _followed}
