"""What an import put aside does not stay: files after a month, an import nobody confirmed after a week."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from django.db.models import Q

from media_library.files import storage
from media_library.importing.reading import FOLDER
from media_library.models import ImportRun, ImportState

UNCONFIRMED = timedelta(days=7)
FILES = timedelta(days=30)
"""After the end: until then rows that failed can be tried again."""
_LOOSE = timedelta(days=1)


def discard(run: ImportRun) -> bool:
    """Remove an import of which nothing was written, with its files; False where it was confirmed."""
    deleted, _models = ImportRun.objects.filter(pk=run.pk, confirmed_at__isnull=True).delete()
    if deleted:
        _remove(run)
    return bool(deleted)


def forget(at: datetime) -> int:
    """Remove what is past its time; returns how many imports. Rows that were written stay known."""
    old = ImportRun.objects.filter(confirmed_at__isnull=True, created_at__lt=at - UNCONFIRMED)
    number = sum(discard(run) for run in old[:1000])
    ended = ImportRun.objects.filter(state=ImportState.DONE, finished_at__lt=at - FILES)
    for run in ended.filter(~Q(table_stored="") | ~Q(archive_stored=""))[:1000]:
        _remove(run)
        ImportRun.objects.filter(pk=run.pk).update(table_stored="", archive_stored="")
        number += 1
    _remove_loose(at - _LOOSE)
    return number


def _remove(run: ImportRun) -> None:
    for name in filter(None, (run.table_stored, run.archive_stored)):
        storage.remove(name)


def _remove_loose(before: datetime) -> None:
    """Bytes of imports whose row was never written: the process died between the two."""
    private = storage.private_storage()
    with contextlib.suppress(FileNotFoundError):
        for shard in private.listdir(FOLDER)[0]:
            for file in private.listdir(f"{FOLDER}/{shard}")[1]:
                name = f"{FOLDER}/{shard}/{file}"
                named = ImportRun.objects.filter(Q(table_stored=name) | Q(archive_stored=name)).exists()
                if not named and private.get_modified_time(name) < before:
                    storage.remove(name)
