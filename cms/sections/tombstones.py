"""What a section showed and was withdrawn since: said in its feeds for ninety days, so that others drop it too.

Which resources a section has ever shown is remembered (:class:`SectionPast`) when they come and when they
leave; that one was withdrawn is read from the resource itself, so one published again is no longer among
them. Nothing is told that its own address does not tell (:func:`media_library.access.tells_withdrawal`): who
it was and when, not its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from cms.sections import sharing
from cms.sections.models import SectionPast
from cms.sections.parts import Tombstone, absolute, local
from media_library import access
from media_library.models import Resource

TOLD_FOR = timedelta(days=90)
REMEMBERED_FOR = timedelta(days=730)
"""After it left a section; who took it over then and never asked again keeps it without us."""
MOST = 200
"""Tombstones of one feed, the newest."""
_TELLING = ("withdrawn_at", "first_published_at", "embargo_until", "embargo_announced")
"""What :func:`media_library.access.tells_withdrawal` reads."""


def remember(moves: Iterable[tuple[str, Sequence[int], Sequence[int]]], *, at: datetime) -> None:
    """Note what comes into sections and what leaves them; no query where nothing does.

    ``moves``: the address of each, what it showed, and what it is to show.
    """
    moved = [(address, pk) for address, before, now in moves for pk in sorted({*before} ^ {*now})]
    if not moved:
        return
    SectionPast.objects.bulk_create(
        [SectionPast(address=address, resource_id=pk, last_at=at) for address, pk in moved],
        update_conflicts=True,
        unique_fields=["address", "resource_id"],
        update_fields=["last_at"],
    )


def of(address: str, *, shown: Iterable[int], at: datetime) -> list[Resource]:
    """Resources that the section showed and that were withdrawn within :data:`TOLD_FOR`, newest first.

    Only what tells of a withdrawal is loaded. Asked once for all sections of a drain.
    """
    if sharing.is_on():
        gone = sharing.named("gone", lambda: _gone(SectionPast.objects.all(), at)).get(address, [])
    else:
        gone = _gone(SectionPast.objects.filter(address=address), at).get(address, [])
    here = set(shown)
    return [each for each in gone if each.pk not in here][:MOST]


def _gone(past: QuerySet[SectionPast], at: datetime) -> dict[str, list[Resource]]:
    """What of ``past`` was withdrawn and is told, newest first, by the address that showed it. Two queries."""
    found = Resource.objects.filter(withdrawn_at__gt=at - TOLD_FOR, withdrawn_at__lte=at).order_by()
    shown = past.filter(resource_id__in=found.values("pk"))
    addresses: dict[int, list[str]] = {}
    for resource_id, address in shown.values_list("resource_id", "address").iterator():
        addresses.setdefault(resource_id, []).append(address)
    rows = found.filter(pk__in=past.values("resource_id")).only("public_id", *_TELLING)
    gone: dict[str, list[Resource]] = {}
    for row in rows.order_by("-withdrawn_at", "-pk").iterator() if addresses else ():
        if not access.tells_withdrawal(row):
            continue
        for address in addresses.get(row.pk, ()):
            gone.setdefault(address, []).append(row)
    return gone


def told(resources: Iterable[Resource], *, language: str) -> tuple[Tombstone, ...]:
    """``resources`` as feeds say them; the address is the short one, for the long one holds the title."""
    return tuple(
        sharing.once(("told", language), each, partial(_told, each, each.withdrawn_at, language))
        for each in resources
        if each.withdrawn_at
    )


def _told(resource: Resource, withdrawn_at: datetime, language: str) -> Tombstone:
    address = absolute(f"/{language}/r/{resource.public_id}/")
    return Tombstone(resource.public_id, address, local(withdrawn_at))


def addresses(resource_ids: Iterable[int]) -> set[str]:
    """Addresses of the sections that have ever shown one of ``resource_ids``."""
    found = SectionPast.objects.filter(resource_id__in=list(resource_ids))
    return set(found.values_list("address", flat=True).distinct())


def forget(at: datetime) -> int:
    """Drop what left its section long ago; returns how many rows. Run by the scheduler."""
    old = SectionPast.objects.filter(last_at__lt=at - REMEMBERED_FOR)
    return old.delete()[0] if old.exists() else 0
