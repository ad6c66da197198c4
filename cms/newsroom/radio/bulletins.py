"""Bulletins: the podcasts that are public, each in the language of the page where it exists in that.

A bulletin belongs to the day on which the public could first hear it, by the clock of the city: its first
publication, or the end of its embargo.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from media_library.kinds import Kind, Role
from media_library.models import Asset, Resource

LENGTHS: dict[str, tuple[int, int | None]] = {
    "1": (0, 60),
    "3": (60, 180),
    "5": (180, 300),
    "10": (300, 600),
    "more": (600, None),
}
"""Seconds of a bulletin: more than the first, up to the second."""
Bulletins = Any
"""A :class:`~media_library.models.resource_lists.ResourceQuerySet` with ``aired`` in its rows."""
CHAIN = "agency__successor__successor__successor"
_AIRED = Case(
    When(embargo_until__gt=F("first_published_at"), then=F("embargo_until")), default=F("first_published_at")
)


def bulletins(at: datetime, *, lang: str) -> Bulletins:
    """All of them, each annotated ``aired``; in no order."""
    found = Resource.objects.public(at).filter(kind=Kind.PODCAST, first_published_at__isnull=False)
    return found.in_language(lang=lang, at=at).annotate(aired=_AIRED)


def within(found: Bulletins, first: date, last: date) -> Bulletins:
    """Those of ``found`` of the days ``first`` to ``last``."""
    start, end = moment_of(first), moment_of(last + timedelta(days=1))
    # The bare columns, which have an index, stand beside the exact time.
    near = Q(first_published_at__gte=start, first_published_at__lt=end)
    near |= Q(embargo_until__gte=start, embargo_until__lt=end)
    return found.filter(near, aired__gte=start, aired__lt=end)


def moment_of(day: date) -> datetime:
    """When ``day`` begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def in_order(found: Bulletins) -> Bulletins:
    """As they went out, the first first."""
    return found.order_by("aired", "pk")


def lasting(found: Bulletins, length: str) -> Bulletins:
    """Those of ``found`` whose sound lasts as long as ``length``, a key of :data:`LENGTHS`."""
    over, most = LENGTHS[length]
    sounds = Asset.objects.filter(resource=OuterRef("pk"), role=Role.ORIGINAL, file__duration__gt=over)
    return found.filter(Exists(sounds if most is None else sounds.filter(file__duration__lte=most)))


def scripted() -> Exists:
    """Whether what is said can be read: captions or a transcript with words in them."""
    words = Asset.objects.filter(resource=OuterRef("pk"), role__in=(Role.CAPTION, Role.TRANSCRIPT))
    return Exists(words.filter(file__extracted__cues__0__isnull=False))


def neighbours(found: Bulletins, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after ``day`` that have one of ``found``."""
    start, end = moment_of(day), moment_of(day + timedelta(days=1))
    earlier = found.filter(aired__lt=start).order_by("-aired").values_list("aired", flat=True).first()
    later = found.filter(aired__gte=end).order_by("aired").values_list("aired", flat=True).first()
    return _day(earlier), _day(later)


def week_of(day: date) -> tuple[str, date, date]:
    """The ISO 8601 week of ``day``, as ``2026-W48``, its Monday and its Sunday."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return f"{year}-W{week:02}", monday, monday + timedelta(days=6)


def seconds_of(rows: Iterable[Resource]) -> float:
    """How long all of ``rows`` last together."""
    return sum(row.original.file.duration or 0 for row in rows if row.original)


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None
