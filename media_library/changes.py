"""The one announcement that resources changed.

:func:`record` runs inside the transaction of the change. It bumps each row's version and tells the rooms
that keep something derived (index, feeds), which write their own outbox rows in that same transaction:
either the change and the work it causes are both there, or neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

resource_changed = Signal()
"""Sent with ``resource_ids: list[int]`` and ``why: str`` in the transaction; receivers only write rows."""

BATCH = 500


class OutsideTransaction(RuntimeError):
    """A change was recorded without a transaction, so its effects could be lost."""


def record(*, resource_ids: Iterable[int], why: str) -> None:
    """Bump ``version`` of each resource and announce it. Raises :class:`OutsideTransaction`."""
    from media_library.models import Resource

    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction("changes.record() must run inside transaction.atomic()")
    ids = sorted(set(resource_ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        Resource.objects.filter(pk__in=batch).update(version=F("version") + 1)
        resource_changed.send(sender=Resource, resource_ids=batch, why=why)
