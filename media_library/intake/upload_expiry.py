"""Uploads that nobody went on with come to an end, and so do bytes that no upload names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from media_library.intake.parts import PartStore, part_store
from media_library.models import Upload, UploadState

AT_ONCE = 100
"""Of one tick of the scheduler, so that no tick takes long."""
_ENDING = (UploadState.RECEIVING, UploadState.REFUSED)
_NAMING = (UploadState.RECEIVING, UploadState.CHECKING)


def expire_due(at: datetime) -> int:
    """Remove what has expired, rows and bytes, except what is just being written; returns how many.

    What was taken in stays for as long as its file does.
    """
    due = Upload.objects.filter(state__in=_ENDING, expires_at__lte=at).order_by("expires_at")
    tokens = list(due.values_list("token", flat=True)[:AT_ONCE])
    store = part_store() if tokens else None
    return sum(_expire(token, store, at=at) for token in tokens if store)


def sweep(*, before: datetime) -> int:
    """Remove bytes last touched before a time whose upload is at an end or gone; returns how many."""
    store = part_store()
    abandoned = store.abandoned(before=before)
    return sum(_discard(store, batch) for batch in _batches(abandoned))


def _expire(token: str, store: PartStore, *, at: datetime) -> int:
    with store.alone(token) as alone:
        if not alone:
            return 0
        with transaction.atomic():
            gone, _rows = Upload.objects.filter(token=token, state__in=_ENDING, expires_at__lte=at).delete()
        if gone:
            store.discard(token)
    return min(gone, 1)


def _batches(tokens: Iterator[str]) -> Iterator[set[str]]:
    while batch := set(islice(tokens, 500)):
        yield batch


def _discard(store: PartStore, tokens: set[str]) -> int:
    named = Upload.objects.filter(token__in=tokens, state__in=_NAMING)
    nobodys = tokens - set(named.values_list("token", flat=True))
    for token in nobodys:
        store.discard(token)
    return len(nobodys)
