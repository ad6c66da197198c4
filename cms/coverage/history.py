"""How agencies stood day by day, as bars of small drawings: one for all, one for each group of agencies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.coverage.judging import Line
from cms.coverage.models import Standing, Verdict
from media_library.models import AgencyType

DAYS = 30
"""Of a drawing, today included."""
WIDTH, HEIGHT, TOP = 260, 92, 8
"""Of the bars, in units of the drawing."""
_SHARE = 0.7
"""Of the width of a day that its bar takes."""


@dataclass(frozen=True)
class Bar:
    """One day on record; places and sizes in units of the drawing, as its attributes take them."""

    day: date
    live: int
    total: int
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Chart:
    """One group of agencies: how it stands now, and its days, the oldest first."""

    label: str
    live: int
    total: int
    bars: list[Bar]


def charts(lines: Collection[Line], *, at: datetime) -> list[Chart]:
    """All agencies, then each group that has any (one query)."""
    today = timezone.localdate(at)
    counted = counts(today=today)
    return [
        Chart(
            label,
            live=sum(line.verdict == Verdict.LIVE for line in members),
            total=len(members),
            bars=list(_bars(counted, types, today)),
        )
        for label, types in _groups()
        if (members := [line for line in lines if line.agency.type in types])
    ]


def _groups() -> list[tuple[str, frozenset[str]]]:
    named: dict[str, list[str]] = {
        _("All agencies"): AgencyType.values,
        _("Wards and communes"): [AgencyType.WARD, AgencyType.COMMUNE],
        _("Departments"): [AgencyType.DEPARTMENT],
        _("Press offices"): [AgencyType.PRESS],
        _("Universities and schools"): [AgencyType.SCHOOL],
        _("Other bodies"): [AgencyType.OTHER],
    }
    return [(label, frozenset(types)) for label, types in named.items()]


Counted = dict[date, dict[str, tuple[int, int]]]
"""By day and type of agency: how many were live, and how many there were."""


def counts(*, today: date) -> Counted:
    """The last :data:`DAYS` days as far as they are on record."""
    rows = (
        Standing.objects.filter(day__gt=today - timedelta(days=DAYS), day__lte=today)
        .values("day", "agency__type")
        .annotate(live=Count("pk", filter=Q(verdict=Verdict.LIVE)), all=Count("pk"))
        .order_by("day")
    )
    found: Counted = {}
    for row in rows:
        found.setdefault(row["day"], {})[row["agency__type"]] = (row["live"], row["all"])
    return found


def total(of_types: dict[str, tuple[int, int]], types: Iterable[str]) -> tuple[int, int]:
    """Live and all of ``types`` on one day."""
    pairs = [of_types.get(each, (0, 0)) for each in types]
    return sum(live for live, _all in pairs), sum(all_ for _live, all_ in pairs)


def _bars(counted: Counted, types: frozenset[str], today: date) -> Iterator[Bar]:
    step = WIDTH / DAYS
    for day, of_types in counted.items():
        live, all_ = total(of_types, types)
        if not all_:
            continue
        height = HEIGHT * live / all_
        place = DAYS - 1 - (today - day).days
        yield Bar(
            day,
            live,
            all_,
            x=f"{place * step:.1f}",
            width=f"{step * _SHARE:.1f}",
            y=f"{TOP + HEIGHT - height:.1f}",
            height=f"{height:.1f}",
        )
