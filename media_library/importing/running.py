"""A confirmed import runs: rows in pieces, each piece a job that may be begun several times and ends once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from media_library.importing import writing
from media_library.importing.problems import problem
from media_library.models import ImportRow, ImportRun, ImportState, Job, JobState, RowState
from media_library.processing import jobs

SPREAD = "import_spread"
PIECE = "import_rows"
ATTEMPTS = 3


class NotReady(Exception):
    """The import is not waiting for confirmation."""


def confirm(run: ImportRun, *, at: datetime) -> None:
    """Let the rows that are ready be written. Raises :class:`NotReady`."""
    with transaction.atomic():
        waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
        if not waiting.update(state=ImportState.RUNNING, confirmed_at=at):
            raise NotReady
        _order(run.pk, round=0, at=at)


def again(run: ImportRun, *, at: datetime) -> int:
    """Try once more the rows that failed or were not taken, and those whose work was lost.

    Returns how many. Raises :class:`NotReady` while the import runs.
    """
    with transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if held.state != ImportState.DONE and not stuck(held):
            raise NotReady
        held.rows.filter(state__in=[RowState.FAILED, RowState.REFUSED]).update(
            state=RowState.READY, problems=[]
        )
        number = held.rows.filter(state=RowState.READY).count()
        if number:
            held.state, held.finished_at, held.rounds = ImportState.RUNNING, None, held.rounds + 1
            held.save(update_fields=["state", "finished_at", "rounds"])
            _order(run.pk, round=held.rounds, at=at)
    return number


def stuck(run: ImportRun) -> bool:
    """Whether ``run`` says that it runs while nobody is at it."""
    if run.state != ImportState.RUNNING:
        return False
    mine = Job.objects.filter(kind__in=[SPREAD, PIECE], payload__run=run.pk)
    return not mine.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


def run_here(run: ImportRun, *, at: datetime) -> None:
    """Write a checked import without workers. Raises :class:`NotReady`."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    if not waiting.update(state=ImportState.RUNNING, confirmed_at=at):
        raise NotReady
    for first, last, slow in _pieces(run.pk):
        payload = {"run": run.pk, "first": first, "last": last, "slow": slow}
        writing.write_piece(writing.Here(), payload, at=at)
    settle(run.pk)


def _order(pk: int, *, round: int, at: datetime) -> None:
    jobs.enqueue(kind=SPREAD, key=f"{SPREAD}:{pk}:{round}", payload={"run": pk, "round": round}, at=at)


@jobs.handles(SPREAD)
def spread(claim: jobs.Claim, at: datetime) -> None:
    """Divide the rows that are ready into pieces, a job for each."""
    pk, round = int(claim.payload["run"]), claim.payload["round"]
    pieces = [
        Job(
            kind=PIECE,
            key=f"{PIECE}:{pk}:{round}:{slow}:{first}",
            payload={"run": pk, "first": first, "last": last, "slow": slow},
            run_at=at,
            created_at=at,
            max_attempts=ATTEMPTS,
        )
        for first, last, slow in _pieces(pk)
    ]
    with claim.commit():  # as jobs.enqueue would, for thousands at once
        Job.objects.bulk_create(pieces, batch_size=500, ignore_conflicts=True)
    settle(pk)


def _pieces(pk: int) -> Iterator[tuple[int, int, int]]:
    ready = ImportRow.objects.filter(run_id=pk, state=RowState.READY).order_by("number")
    for slow, size in ((0, writing.ROWS), (1, 1)):
        numbers = iter(list(ready.filter(slow=bool(slow)).values_list("number", flat=True)))
        while piece := list(islice(numbers, size)):
            yield piece[0], piece[-1], slow


def _given_up(job: Job, error: str) -> None:
    writing.rows_of(job.payload).update(state=RowState.FAILED, problems=[problem("unexpected")])
    transaction.on_commit(lambda: settle(int(job.payload["run"])), robust=True)


@jobs.handles(PIECE, given_up=_given_up)
def write_rows(claim: jobs.Claim, at: datetime) -> None:
    """The handler of one piece."""
    writing.write_piece(claim, claim.payload, at=at)
    settle(int(claim.payload["run"]))


def settle(pk: int) -> None:
    """End the import where no row is left to do; whoever asks last ends it."""
    running = ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING)
    running.exclude(rows__state=RowState.READY).update(state=ImportState.DONE, finished_at=timezone.now())
