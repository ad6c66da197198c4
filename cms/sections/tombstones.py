"""What a section showed and was withdrawn since: said in its feeds for ninety days, so that others drop it too.

Which resources a section has ever shown is remembered (:class:`SectionPast`) when they come and when they
leave; that one was withdrawn is read from the resource itself, so one published again is no longer among
them. Nothing is told that its own address does not tell (:func:`media_library.access.tells_withdrawal`): who
it was and when, not its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cms.sections.models import SectionPast
from cms.sections.parts import Tombstone, absolute, local
from media_library import access
from media_library.models import Resource

TOLD_FOR = timedelta(days=90)
REMEMBERED_FOR = timedelta(days=730)
"""After it left a section; who took it over then and never asked again keeps it without us."""
MOST = 200
"""Tombstones of one feed, the newest."""


def remember(address: str, *, before: Sequence[int], now: Sequence[int], at: datetime) -> None:
    """Note what comes into the section at ``address`` and what leaves it; no query where nothing does."""
    moved = {*before} ^ {*now}
    if not moved:
        return
    SectionPast.objects.bulk_create(
        [SectionPast(address=address, resource_id=pk, last_at=at) for pk in sorted(moved)],
        update_conflicts=True,
        unique_fields=["address", "resource_id"],
        update_fields=["last_at"],
    )


def of(address: str, *, shown: Iterable[int], at: datetime) -> list[Resource]:
    """Resources that the section showed and that were withdrawn within :data:`TOLD_FOR`, newest first."""
    past = SectionPast.objects.filter(address=address).values("resource_id")
    found = Resource.objects.filter(pk__in=past, withdrawn_at__gt=at - TOLD_FOR, withdrawn_at__lte=at)
    rows = found.exclude(pk__in=list(shown)).order_by("-withdrawn_at", "-pk").defer("body")[:MOST]
    return [each for each in rows if access.tells_withdrawal(each)]


def told(resources: Iterable[Resource], *, language: str) -> tuple[Tombstone, ...]:
    """``resources`` as feeds say them; the address is the short one, for the long one holds the title."""
    return tuple(
        Tombstone(each.public_id, absolute(f"/{language}/r/{each.public_id}/"), local(each.withdrawn_at))
        for each in resources
        if each.withdrawn_at
    )


def addresses(resource_ids: Iterable[int]) -> set[str]:
    """Addresses of the sections that have ever shown one of ``resource_ids``."""
    found = SectionPast.objects.filter(resource_id__in=list(resource_ids))
    return set(found.values_list("address", flat=True).distinct())


def forget(at: datetime) -> int:
    """Drop what left its section long ago; returns how many rows. Run by the scheduler."""
    old = SectionPast.objects.filter(last_at__lt=at - REMEMBERED_FOR)
    return old.delete()[0] if old.exists() else 0
