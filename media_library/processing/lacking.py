"""Films and sounds prepared before there were ladders and even loudness, or while ``STREAMING`` was off.

They are played from their one copy. What they lack is made behind everything newer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from media_library.models import Job, JobState, ProcessingState, Resource, StoredFile
from media_library.processing import jobs, pipeline, priority
from media_library.processing.pipeline import FINISH

PAGE = 200
"""Files that are asked for, and queued in one transaction, at a time."""


@dataclass(frozen=True)
class Step:
    """What one page came to: ``seen`` files that lacked something, ``ordered`` of them put in the queue."""

    seen: int
    ordered: int


def files(*, of: Collection[Resource] = (), failed: bool = False) -> QuerySet[StoredFile]:
    """Ready films and sounds whose later work was never ordered; ``of``: of these resources alone.

    ``failed``: also those of which it failed or was stopped.
    """
    key = Concat(Value(f"{FINISH}:"), Cast(OuterRef("pk"), CharField()))
    ordered = Job.objects.filter(key=key)
    if failed:
        ordered = ordered.exclude(state__in=(JobState.FAILED, JobState.CANCELLED))
    played = Q(media_type__startswith="video/") | Q(media_type__startswith="audio/")
    found = StoredFile.objects.filter(played, processing_state=ProcessingState.READY)
    if of:
        found = found.filter(pk__in=_main_files(of))
    return found.filter(~Exists(ordered)).defer("extracted", "properties").order_by("pk")


def order(*, at: datetime, of: Collection[Resource] = (), failed: bool = False) -> Iterator[Step]:
    """Queue what the files lack, page by page by their keys. Running it again queues nothing twice."""
    wanted, last = files(of=of, failed=failed), 0
    while page := list(wanted.filter(pk__gt=last)[:PAGE]):
        with transaction.atomic():
            ordered = sum(_order(file, at=at) for file in page)
        last = page[-1].pk
        yield Step(len(page), ordered)


def _order(file: StoredFile, *, at: datetime) -> bool:
    job = pipeline.order_finish(file, at=at, base=priority.BACKLOG)
    if job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        return jobs.retry(key=job.key, at=at)
    return job is not None


def _main_files(resources: Collection[Resource]) -> set[int]:
    """Of what is public and of the newest draft."""
    found = set()
    for resource in resources:
        for shown in (resource, resource.get_latest_revision_as_object()):
            if shown.original is not None:
                found.add(shown.original.file_id)
    return found
