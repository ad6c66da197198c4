"""From what was found on a page to a verdict, and from its pages to how an agency stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cms.coverage import beacons
from cms.coverage.models import Form, Place, Shown, Standing, Verdict
from cms.sections.models import Section, SectionShown
from media_library.models import Agency, AgencyType, Resource

ORDER = [*Verdict.values, ""]
MOST_DEAD = 50
"""Dead links that are kept of one page."""


@dataclass(frozen=True)
class Evidence:
    """What one visit found. ``problem``: why nothing could be read; then the rest is empty."""

    resources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    problem: str = ""
    form: str = ""


def judged(evidence: Evidence, *, newest: datetime | None, days: int, at: datetime) -> Verdict:
    """The verdict; ``newest``: when the newest resource shown became public, None where none is."""
    if evidence.problem:
        return Verdict.UNREACHABLE
    if not evidence.resources and not evidence.sections:
        return Verdict.MISSING
    if newest is None:
        return Verdict.EMPTY
    return Verdict.LIVE if newest >= at - timedelta(days=days) else Verdict.STALE


@transaction.atomic
def keep(pk: int, evidence: Evidence, *, asked: str, at: datetime, again: datetime) -> None:
    """Write what a visit to ``asked`` found; nothing where the place is gone or names another page by now."""
    place = Place.objects.select_for_update().filter(pk=pk, url=asked).first()
    if place is None:
        Place.objects.filter(pk=pk).update(claimed_until=None)
        return
    evidence = _with_beacons(evidence, host=place.host, at=at)
    live = _live(evidence.sections)
    shown = _public(evidence, live, at)
    newest = max(shown.values(), default=None)
    verdict = judged(evidence, newest=newest, days=place.days, at=at)
    since = place.since if place.verdict == verdict else at
    Place.objects.filter(pk=pk).update(
        verdict=verdict,
        since=since,
        newest=newest,
        problem=evidence.problem[:300],
        visited_at=at,
        due_at=again,
        claimed_until=None,
    )
    if verdict != Verdict.UNREACHABLE:  # what stood there when it last answered may stand there still
        dead = _dead(evidence, live, shown)
        Place.objects.filter(pk=pk).update(form=evidence.form, dead=dead[:MOST_DEAD])
        place.shown.all().delete()
        named = {*shown, *evidence.resources}  # what is withdrawn by now may stand there still
        Shown.objects.bulk_create(Shown(place=place, public_id=public_id) for public_id in sorted(named))


def _with_beacons(evidence: Evidence, *, host: str, at: datetime) -> Evidence:
    """Where the page itself could not be read, or its scripts build it: what browsers told of its site."""
    if evidence.sections or evidence.resources:
        return evidence
    told = beacons.sections_on(host, at=at)
    return Evidence(sections=told, form=Form.BEACON) if told else evidence


def _live(named: Iterable[str]) -> set[str]:
    """Those of ``named`` that are sections which are switched on."""
    live = Section.objects.live().filter(slug__in=[each.partition("/")[2] for each in named])
    return {section.address for section in live.select_related("agency")} & set(named)


def _public(evidence: Evidence, live: set[str], at: datetime) -> dict[str, datetime]:
    """By public id the time of publication of what the page shows and is public at ``at``."""
    keys: set[int] = set()
    for row in SectionShown.objects.filter(address__in=live):
        keys.update(row.resource_ids)
    public = Resource.objects.public(at).only("public_id", "first_published_at", "embargo_until")
    found = {*public.filter(public_id__in=evidence.resources), *public.filter(pk__in=keys)}
    return {one.public_id: one.published_at or at for one in found}


def _dead(evidence: Evidence, live: set[str], shown: Collection[str]) -> list[str]:
    """Paths that lead nowhere: what never was and what is hidden look the same."""
    resources = [f"/vi/r/{public_id}/" for public_id in evidence.resources if public_id not in shown]
    return [*(f"/vi/s/{address}/" for address in evidence.sections if address not in live), *resources]


@dataclass(frozen=True)
class Line:
    """How one agency stands; ``place`` is its best page, None where it has named none."""

    agency: Agency
    verdict: Verdict
    place: Place | None


def lines() -> list[Line]:
    """Every present agency, by type (in the order of the types) and name, as its best page stands (two queries).

    An agency that has merged counts with its successor; one whose pages were not looked at yet, or that has
    named none, counts as not found.
    """
    types = AgencyType.values
    by_type = sorted(Agency.objects.order_by("name"), key=lambda agency: types.index(agency.type))
    agencies = {agency.pk: agency for agency in by_type}
    current = current_of(agencies.values())
    pages: dict[int, list[Place]] = {}
    for place in Place.objects.all():
        pages.setdefault(current[place.agency_id], []).append(place)
    return [
        _line(agency, pages.get(agency.pk, [])) for agency in agencies.values() if agency.successor_id is None
    ]


def _line(agency: Agency, places: Iterable[Place]) -> Line:
    best = min(places, key=lambda place: (ORDER.index(place.verdict), place.pk), default=None)
    return Line(agency, Verdict(best.verdict) if best and best.verdict else Verdict.MISSING, best)


def current_of(agencies: Iterable[Agency]) -> dict[int, int]:
    """By the key of an agency that of the one which carries it on today."""
    following = {agency.pk: agency.successor_id for agency in agencies}
    return {pk: _end(pk, following) for pk in following}


def _end(pk: int, following: dict[int, int | None]) -> int:
    seen = {pk}
    while (after := following[pk]) is not None and after not in seen:
        seen.add(after)
        pk = after
    return pk


def record(at: datetime) -> int:
    """Write how every agency stands into the day of ``at``; returns 1 if it wrote, 0 if nothing was new."""
    day = timezone.localdate(at)
    written = dict(Standing.objects.filter(day=day).values_list("agency_id", "verdict"))
    now = {line.agency.pk: line.verdict.value for line in lines()}
    if written == now:
        return 0
    Standing.objects.bulk_create(
        [Standing(day=day, agency_id=pk, verdict=verdict) for pk, verdict in now.items()],
        update_conflicts=True,
        unique_fields=["day", "agency"],
        update_fields=["verdict"],
    )
    return 1
