"""What happens to a resource, recognised where it happens, in the transaction of the change itself.

A withdrawal says so. What a publication changed is seen by its revision beside the one that was public before it.
An expiry is seen by the scheduler two weeks ahead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from wagtail.models import ModelLogEntry

from cms.newsroom.models import Happening, Occasion
from cms.newsroom.models.occasion import FILE, LOGGED
from media_library import access, correcting
from media_library.kinds import Role
from media_library.models import Resource

AHEAD = timedelta(days=14)
"""How long before its expiry those who have a resource are told."""
RIGHTS = (
    "licence",
    "credit_line",
    "terms",
    "territory",
    "people_release",
    "music_release",
    "expire_at",
)
"""Fields in which a change alters what others may do with what they took."""
_PUBLISH = "wagtail.publish"


def resources_changed(*, resource_ids: list[int], why: str, **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`."""
    if why == "withdrawn":
        _withdrawn(Resource.objects.filter(pk__in=resource_ids, withdrawn_at__isnull=False))
    elif why == "published":
        again = Resource.objects.filter(pk__in=resource_ids).exclude(
            last_published_at=F("first_published_at")
        )
        _published_again(again.select_related("live_revision"))


def log_of(resource: Resource) -> QuerySet[Occasion]:
    """What was corrected, replaced or changed in ``resource``, newest first: for everyone who may see it."""
    return Occasion.objects.filter(resource=resource, what__in=LOGGED).order_by("-at", "-pk")


def expiring(at: datetime) -> int:
    """Note what expires within :data:`AHEAD` of ``at``; returns how many were new. For the scheduler."""
    soon = Resource.objects.public(at).filter(expire_at__lte=at + AHEAD)
    told = Occasion.objects.filter(what=Happening.EXPIRY, resource__in=soon).values_list("key", flat=True)
    known, new = set(told), []
    for pk, until in soon.values_list("pk", "expire_at").iterator(chunk_size=500):
        key = f"expiry:{pk}:{until.isoformat()}"
        if key not in known:
            new.append(Occasion(what=Happening.EXPIRY, resource_id=pk, key=key, at=at))
    _note(new)
    return len(new)


def _note(occasions: Iterable[Occasion]) -> None:
    Occasion.objects.bulk_create(occasions, ignore_conflicts=True, batch_size=200)


def _withdrawn(rows: Iterable[Resource]) -> None:
    """Only what everyone may learn of; the rest was never seen."""
    _note(
        Occasion(
            what=Happening.WITHDRAWAL,
            resource=row,
            key=f"withdrawal:{row.pk}:{row.withdrawn_at.isoformat()}",
            at=row.withdrawn_at,
        )
        for row in rows
        if row.withdrawn_at is not None and access.tells_withdrawal(row)
    )


def _published_again(rows: Iterable[Resource]) -> None:
    for row in rows:
        at = row.last_published_at
        if at is None or row.live_revision is None or not access.is_public(row, at):
            continue
        before = _public_before(row)
        changed = _changed(before[1], row.live_revision.content) if before else []
        said = correcting.said_between(row, after=before[0] if before else 0, until=row.live_revision.pk)
        if what := _name(said, changed):
            key = f"published:{row.pk}:{row.live_revision.pk}:{at.isoformat()}"
            words = {"vi": said.vi, "en": said.en, "changed": changed}
            _note([Occasion(what=what, resource=row, key=key, at=at, **words)])


def _name(said: correcting.Said, changed: list[str]) -> Happening | None:
    """The weightiest of what happened at once: one letter tells all of it."""
    if said:
        return Happening.CORRECTION
    if FILE in changed:
        return Happening.REPLACEMENT
    return Happening.RIGHTS if changed else None


def _public_before(row: Resource) -> tuple[int, dict[str, Any]] | None:
    """Key and content of the revision that was public before; the publication under way is not logged yet."""
    last = (
        ModelLogEntry.objects.for_instance(row)
        .filter(action=_PUBLISH, revision__isnull=False)
        .order_by("-timestamp", "-pk")
        .values_list("revision_id", "revision__content")
        .first()
    )
    return (last[0], last[1]) if last else None


def _changed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    changed = [name for name in RIGHTS if (before.get(name) or "") != (now.get(name) or "")]
    return [FILE, *changed] if _main_file(before) != _main_file(now) else changed


def _main_file(content: dict[str, Any]) -> int | None:
    return next((one["file"] for one in content.get("assets") or [] if one["role"] == Role.ORIGINAL), None)
