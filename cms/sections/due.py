"""Which sections are due for rendering, and the drain that renders them.

A change writes one row in its own transaction (:class:`SectionRender`); which sections it concerns is judged
by the drain, after commit, so that publishing waits for nobody's section.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Min, Q

from cms.sections import render, sharing, tombstones, writing
from cms.sections.candidates import facts_of
from cms.sections.central import CityPin
from cms.sections.compose import matches
from cms.sections.models import Order, Section, SectionPin, SectionRender, SectionShown, pins_due
from media_library.models import Agency, Campaign
from media_library.scheduler import alone

BATCH = 5000
TURN = "sections"
LOST = "files lost"
"""Why a section is due of which every file is written, whatever its manifest says."""
RETRY_AFTER = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=10)


def request(addresses: Iterable[str], *, why: str) -> None:
    """Ask for the sections at ``addresses`` to be rendered; inside the transaction of what changed."""
    SectionRender.objects.bulk_create(SectionRender(address=each, why=why[:60]) for each in addresses)


def resources_changed(*, resource_ids: list[int], why: str, **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: one insert, whatever it concerns."""
    SectionRender.objects.bulk_create(SectionRender(resource_id=pk, why=why[:60]) for pk in resource_ids)


def section_saved(section: Section) -> None:
    """The section itself changed: render it, and those ordered by what others have pinned."""
    others = Section.objects.live().filter(order=Order.MOST_USED).exclude(pk=section.pk)
    request([section.address, *_addresses(others)], why="section saved")


def section_deleted(*, instance: Section, **signal: Any) -> None:
    request([instance.address], why="section deleted")


def agency_saved(*, instance: Agency, created: bool = False, raw: bool = False, **signal: Any) -> None:
    """A new name or a merger shows in the agency's own sections and in what selects it."""
    if created or raw:
        return
    family = Agency.objects.family([instance.pk]) | {instance.pk}
    concerned = Section.objects.live().filter(Q(agency__in=family) | Q(agencies__in=family)).distinct()
    request(_addresses(concerned), why="agency changed")


def campaign_saved(*, instance: Campaign, created: bool = False, raw: bool = False, **signal: Any) -> None:
    """A campaign's pins count as uses."""
    if not raw:
        request(_addresses(Section.objects.live().filter(order=Order.MOST_USED)), why="campaign changed")


def end_pins(at: datetime) -> int:
    """Ask for the sections whose pins have ended by ``at``; returns how many pins. Run by the scheduler."""
    with transaction.atomic():
        ended = list(pins_due(at)[:1000])
        request(sorted({pin.section.address for pin in ended}), why="pin ended")
        SectionPin.objects.filter(pk__in=[pin.pk for pin in ended]).update(ended=True)
    return len(ended)


def all_live(*, why: str) -> None:
    """Every live section is due; within the transaction of what changed."""
    request(_addresses(Section.objects.live()), why=why)


def drain(at: datetime) -> int:
    """Render every section that is due; returns how many rows were done. Waits for no other worker.

    One that fails is tried again later, ever more rarely; the others go on.
    """
    if not _waiting(at).exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        rows = list(_waiting(at).order_by("pk")[:BATCH])
        addresses = {row.address for row in rows if row.address}
        attempts = {row.address: row.attempts for row in rows}
        anew = {row.address for row in rows if row.why == LOST}
        with sharing.shared():
            addresses |= concerned((row.resource_id for row in rows if row.resource_id), at)
            problems = writing.bring(sorted(addresses), at=at, anew=anew).problems
        with transaction.atomic():
            SectionRender.objects.filter(pk__in=[row.pk for row in rows]).delete()
            _try_again(problems, attempts=attempts, lost=anew, at=at)
        return len(rows)


class Queue(NamedTuple):
    """Renderings that are asked for, those among them that failed before, and when the oldest was asked for."""

    waiting: int
    retried: int
    oldest: datetime | None


def queue() -> Queue:
    """One query; those that wait for another try count as well."""
    return Queue(
        **SectionRender.objects.aggregate(
            waiting=Count("pk"),
            retried=Count("pk", filter=Q(attempts__gt=0)),
            oldest=Min("requested_at"),
        )
    )


def all_addresses() -> list[str]:
    """Every live section, and what has files without being one any more."""
    shown = SectionShown.objects.values_list("address", flat=True)
    return sorted({*_addresses(Section.objects.live()), *shown})


def concerned(resource_ids: Iterable[int | None], at: datetime) -> set[str]:
    """Addresses of the sections that show, showed or pin one of these resources, or would select it at ``at``."""
    ids = {pk for pk in resource_ids if pk is not None}
    if not ids:
        return set()
    public = [facts for facts in facts_of(ids) if facts.is_public(at)]
    found = {
        address
        for address, shown, filled in SectionShown.objects.values_list("address", "resource_ids", "filled")
        if not ids.isdisjoint(shown) or (filled and public)
    }
    if public and CityPin.objects.not_over(at).filter(resource_id__in=ids).exists():
        found |= set(_addresses(Section.objects.live()))
    found |= tombstones.addresses(ids)
    for section in render.live().values():
        pinned = any(pin.resource_id in ids for pin in section.pins.all())
        if pinned or (public and _selects(section, public)):
            found.add(section.address)
    return found


def _selects(section: Section, candidates: list[Any]) -> bool:
    rule = section.rule()
    return any(matches(rule, each) for each in candidates)


def _waiting(at: datetime) -> Any:
    return SectionRender.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=at))


def _addresses(sections: Any) -> list[str]:
    return [f"{code}/{slug}" for code, slug in sections.values_list("agency__code", "slug")]


def _try_again(
    problems: dict[str, Exception], *, attempts: dict[str, int], lost: Collection[str], at: datetime
) -> None:
    SectionRender.objects.bulk_create(
        SectionRender(
            address=address,
            why=LOST if address in lost else "again",
            attempts=(tried := attempts.get(address, 0)) + 1,
            not_before=at + min(RETRY_AFTER * 2 ** min(tried, 10), RETRY_AT_MOST),
            problem=f"{type(problem).__name__}: {problem}"[:300],
        )
        for address, problem in problems.items()
    )
