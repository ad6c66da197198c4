"""Pages of agencies with sections, made up below ``.example``, and how they stood on the last thirty days.

What each visit found is invented; the verdicts, dead links and days come from the code that judges real visits.
Nothing of it is ever looked at: the next visit of every page lies ten years ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cms.coverage import judging, visiting
from cms.coverage.judging import Evidence
from cms.coverage.models import Place
from cms.sections.models import Section
from media_library.models import Agency, Resource

DAYS = 30
NEVER = timedelta(days=3650)
NEVER_WAS = "k57-0000-0000"
_WITHOUT_A_PAGE = 7
"""Every so manyth agency has named none."""


def load_coverage(*, at: datetime) -> None:
    """Name the pages and tell of the visits of the last days, unless somebody has been here before."""
    if Place.objects.exists() or not (scene := _scene(at)).sections:
        return
    agencies = list(Agency.objects.filter(successor=None).order_by("code"))
    with transaction.atomic():
        named = [agency for order, agency in enumerate(agencies) if order % _WITHOUT_A_PAGE != 6]
        places = [_named(agency, order) for order, agency in enumerate(named)]
        plans = [_visits(order, scene) for order, _place in enumerate(places)]
        for day in range(DAYS):
            looked_at = at - timedelta(days=DAYS - 1 - day)
            for place, plan in zip(places, plans, strict=True):
                if (found := plan.get(day)) is not None:
                    judging.keep(place.pk, found, asked=place.url, at=looked_at, again=at + NEVER)
            judging.record(looked_at)


def _named(agency: Agency, order: int) -> Place:
    """The demonstration's resources have fixed dates: with a limit of 30 days none would be new for long."""
    host, days = agency.code.lower().replace("_", "-"), 30 if _is_old(order) else 365
    return Place.objects.create(agency=agency, url=f"https://{host}.hue.example/nghi-quyet-57", days=days)


def _is_old(order: int) -> bool:
    return order % 10 == 6


@dataclass(frozen=True)
class Scene:
    """What pages may show. ``old``: public for long, or nothing; ``gone``: withdrawn."""

    sections: list[str]
    old: tuple[str, ...]
    gone: tuple[str, ...]


def _scene(at: datetime) -> Scene:
    sections = [section.address for section in Section.objects.live().select_related("agency")]
    old = Resource.objects.public(at).filter(first_published_at__lt=at - timedelta(days=31))
    gone = Resource.objects.filter(withdrawn_at__isnull=False)
    return Scene(sections, _first(old.order_by("first_published_at")), _first(gone) or (NEVER_WAS,))


def _first(rows: QuerySet[Resource]) -> tuple[str, ...]:
    return tuple(rows.values_list("public_id", flat=True)[:1])


def _visits(order: int, scene: Scene) -> dict[int, Evidence]:
    """By day what a visit to the page of this order found; only days on which that changed, and the last."""
    found = dict(_changes(order, scene))
    found[DAYS - 1] = found[max(found)]
    return found


def _changes(order: int, scene: Scene) -> Iterator[tuple[int, Evidence]]:
    begun = max(0, (order * 7) % 40 - 12)
    shown = (scene.sections[order % len(scene.sections)],)
    form = ("frame", "component", "frame", "feed", "link")[order % 5]
    if begun:
        yield 0, Evidence()
    if order % 18 == 9:
        yield begun, Evidence(resources=(NEVER_WAS,), form="link")
    elif _is_old(order):
        yield begun, Evidence(resources=scene.old, form="link")
    elif order % 4 == 3:
        yield begun, Evidence(sections=shown, resources=scene.gone, form=form)
    else:
        yield begun, Evidence(sections=shown, form=form)
    if order % 20 == 13:
        yield DAYS - 4, Evidence(problem=visiting.FORBIDDEN)
