"""Keeping the ledger of official bytes: a resource changed, so what it shows now is compared with the ledger.

The change writes a row in its own transaction; a drain of the worker does the rest, so that publishing costs
nothing more. Segments and playlists of a stream are left out: nobody hands them on one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from cms.newsroom.models.official import ORIGINAL, LedgerDue, OfficialBytes
from media_library.models import Asset, Rendition, Resource
from media_library.models.asset import Purpose
from media_library.scheduler import alone

TURN = "official"
BATCH = 100
_LEFT_OUT = (Purpose.STREAM, Purpose.PART, Purpose.CANDIDATE)
_Key = tuple[int, str]


def resources_changed(*, resource_ids: list[int], **signal: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: only writes rows."""
    LedgerDue.objects.bulk_create(LedgerDue(resource_id=pk) for pk in resource_ids)


def drain(at: datetime) -> int:
    """Bring the ledger to what the due resources show at ``at``; returns how many rows were done.

    The same again changes nothing. Another process that is at it is not waited for.
    """
    if not LedgerDue.objects.exists():
        return 0
    with alone(TURN) as got:
        if not got:
            return 0
        rows = dict(LedgerDue.objects.order_by("pk").values_list("pk", "resource_id")[:BATCH])
        with transaction.atomic():
            bring(set(rows.values()), at=at)
            LedgerDue.objects.filter(pk__in=rows).delete()
        return len(rows)


def bring(resource_ids: Iterable[int], *, at: datetime) -> None:
    """Open what is public and not yet written, close what is no longer there; a constant number of queries."""
    ids = list(resource_ids)
    shown = {(row.resource_id, row.sha256): row for row in _shown(ids, at=at)}
    known = {(row.resource_id, row.sha256): row for row in OfficialBytes.objects.filter(resource_id__in=ids)}
    ended = [row for key, row in known.items() if row.until is None and key not in shown]
    again = [row for key, row in known.items() if row.until is not None and key in shown]
    for row in ended:
        row.until = max(at, row.since)
    for row in again:
        row.until = None
    OfficialBytes.objects.bulk_update([*ended, *again], ["until"], batch_size=500)
    # A change that is drained twice at once meets the constraint, and has nothing to add.
    fresh = [row for key, row in shown.items() if key not in known]
    OfficialBytes.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)


def _shown(ids: list[int], *, at: datetime) -> Iterator[OfficialBytes]:
    """What stands in public at ``at``; of the same bytes under two names the first."""
    assets = (
        Asset.objects.filter(resource__in=Resource.objects.public(at).filter(pk__in=ids).values("pk"))
        .select_related("file")
        .defer("file__extracted", "file__properties")
        .prefetch_related(
            Prefetch("file__renditions", queryset=Rendition.objects.exclude(purpose__in=_LEFT_OUT))
        )
        .order_by("resource_id", "sort_order", "pk")
    )
    seen: set[_Key] = set()
    for asset in assets:
        for name, bytes_of in [
            (ORIGINAL, asset.file),
            *((one.name, one) for one in asset.file.renditions.all()),
        ]:
            key = (asset.resource_id, bytes_of.sha256)
            if key not in seen:
                seen.add(key)
                yield OfficialBytes(
                    resource_id=asset.resource_id,
                    file_id=asset.file_id,
                    name=name,
                    role=asset.role,
                    sha256=bytes_of.sha256,
                    size=bytes_of.size,
                    media_type=bytes_of.media_type,
                    since=at,
                )
