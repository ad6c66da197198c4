"""Removes what nobody names: stored bytes without a row, rows that no resource and no revision names, parts
of uploads that are gone.

Age guards what is under way: bytes are stored before their row is written, and an upload waits for its draft
to be saved. Everything is read in pieces, so memory stays flat.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Revision

from media_library.files import storage
from media_library.intake import upload_expiry
from media_library.models import Job, JobState, ProposalState, Rendition, Resource, StoredFile
from media_library.processing import dressing, jobs, sandbox
from media_library.processing.jobs import Claim

logger = logging.getLogger(__name__)

COLLECT = "collect_files"
BYTES_AGE = timedelta(hours=12)
"""Longer than any processing takes between its first stored file and its commit."""
ROWS_AGE = timedelta(days=7)
JOBS_AGE = timedelta(days=30)
_BATCH = 500


@dataclass(frozen=True)
class Collected:
    """What was removed, or would be in a dry run."""

    rows: int = 0
    files: int = 0
    bytes: int = 0
    workspaces: int = 0
    uploads: int = 0


def collect(
    *,
    at: datetime,
    rows_age: timedelta = ROWS_AGE,
    bytes_age: timedelta = BYTES_AGE,
    dry_run: bool = False,
) -> Collected:
    """Remove stored files that nobody names: first rows, then bytes whose row is gone."""
    rows = sum(_remove_row(pk, dry_run=dry_run) for pk in unnamed_rows(before=at - rows_age))
    files = size = 0
    for name in unnamed_bytes(before=at - bytes_age):
        size += _size(name)
        files += 1
        if not dry_run:
            storage.remove(name)
    workspaces = 0 if dry_run else sandbox.sweep(storage.work_folder())
    uploads = 0 if dry_run else upload_expiry.sweep(before=at - bytes_age)
    return Collected(rows=rows, files=files, bytes=size, workspaces=workspaces, uploads=uploads)


def unnamed_rows(*, before: datetime) -> Iterator[int]:
    """Ids of stored files, uploaded before a time, that no asset, revision or open proposal names."""
    loose = StoredFile.objects.filter(created_at__lt=before, assets__isnull=True)
    loose = loose.exclude(proposals__state=ProposalState.OPEN)
    candidates = set(loose.values_list("pk", flat=True).iterator(chunk_size=2000))
    if candidates:
        candidates -= _named_by_revisions(candidates)
    yield from sorted(candidates)


def unnamed_bytes(*, before: datetime) -> Iterator[str]:
    """Names in private storage, last changed before a time, that no row names."""
    names = _stored_names()
    while batch := list(islice(names, _BATCH)):
        known = set(StoredFile.objects.filter(storage_name__in=batch).values_list("storage_name", flat=True))
        known |= set(Rendition.objects.filter(storage_name__in=batch).values_list("storage_name", flat=True))
        yield from (name for name in batch if name not in known and _older(name, before))


def _named_by_revisions(candidates: set[int]) -> set[int]:
    revisions = Revision.objects.filter(base_content_type=Resource.get_base_content_type())
    named: set[int] = set()
    for assets in revisions.values_list("content__assets", flat=True).iterator(chunk_size=500):
        named |= candidates & {asset.get("file") for asset in assets or []}
    return named


def _remove_row(pk: int, *, dry_run: bool) -> int:
    """Remove the row; its bytes, and those of its renditions, are then nobody's. 0 where it came into use."""
    if dry_run:
        return 1
    try:
        with transaction.atomic():
            file = StoredFile.objects.select_for_update().filter(pk=pk).first()
            if file is None:
                return 0
            names = [file.storage_name, *file.renditions.values_list("storage_name", flat=True)]
            file.delete()
            transaction.on_commit(lambda: _remove_all(names))
    except ProtectedError:
        return 0
    return 1


def _remove_all(names: list[str]) -> None:
    for name in names:
        storage.remove(name)


def _stored_names() -> Iterator[str]:
    """Every name in the folders of private storage; they are two levels deep."""
    private = storage.private_storage()
    for folder in storage.FOLDERS:
        with contextlib.suppress(FileNotFoundError):
            shards, _files = private.listdir(folder)
            for shard in shards:
                _folders, files = private.listdir(f"{folder}/{shard}")
                yield from (f"{folder}/{shard}/{name}" for name in files)


def _older(name: str, before: datetime) -> bool:
    try:
        return storage.private_storage().get_modified_time(name) < before
    except FileNotFoundError:
        return False


def _size(name: str) -> int:
    try:
        return storage.private_storage().size(name)
    except FileNotFoundError:
        return 0


_registered: dict[str, Callable[[datetime], int]] = {}


def register(name: str, step: Callable[[datetime], int]) -> None:
    """Let the daily job also call ``step`` with its time; for what keeps files of its own."""
    _registered[name] = step


@jobs.handles(COLLECT)
def collect_daily(claim: Claim, at: datetime) -> None:
    """The handler of the daily job; it also forgets jobs that ended long ago, and asks
    for files that name no source yet."""
    collected = collect(at=timezone.now())
    logger.info("collected", extra=vars(collected))
    for step in _registered.values():
        step(at)
    with claim.commit():
        Job.objects.filter(state=JobState.DONE, finished_at__lt=at - JOBS_AGE).delete()
        dressing.ask_for_the_plain(at)
