"""A confirmed import runs: rows in pieces, each piece a job that may be begun several times and ends once.

Rows without files are written together, and one by one where that fails, so that no row costs another its
place. A row with files is a piece of its own: what another site does or a file costs is its alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from media_library import access
from media_library.importing import drafting, planning
from media_library.importing.checking import Check, Proposal
from media_library.importing.filing import Filing, filing, take
from media_library.importing.problems import Unreadable, problem
from media_library.importing.vocabulary import Vocabulary, vocabulary
from media_library.intake.fetching import Manners, NotFetched
from media_library.intake.rejection import Rejected
from media_library.models import (
    ImportRow,
    ImportRun,
    ImportState,
    Job,
    JobState,
    Plan,
    Resource,
    RowState,
    StoredFile,
)
from media_library.processing import jobs

logger = logging.getLogger(__name__)

SPREAD = "import_spread"
PIECE = "import_rows"
ROWS = 200
"""Rows without files in one piece."""
ATTEMPTS = 3
_WRITES = ["state", "problems", "resource", "revision", "plan"]
asking: Callable[[], Manners | None] = lambda: None  # noqa: E731
"""How other sites are asked; tests alone put another function here, to let a site on loopback answer."""


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


class Here:
    """Stands for a job where the work is done at once by a command."""

    last = True

    def commit(self) -> AbstractContextManager[None]:
        return transaction.atomic()


def run_here(run: ImportRun, *, at: datetime) -> None:
    """Write a checked import without workers. Raises :class:`NotReady`."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    if not waiting.update(state=ImportState.RUNNING, confirmed_at=at):
        raise NotReady
    for first, last, slow in _pieces(run.pk):
        payload = {"run": run.pk, "first": first, "last": last, "slow": slow}
        write_piece(Here(), payload, at=at)


def _order(pk: int, *, round: int, at: datetime) -> None:
    jobs.enqueue(kind=SPREAD, key=f"{SPREAD}:{pk}:{round}", payload={"run": pk, "round": round}, at=at)


@jobs.handles(SPREAD)
def spread(claim: jobs.Claim, at: datetime) -> None:
    """Divide the rows that are ready into pieces, a job for each."""
    pk, round = int(claim.payload["run"]), claim.payload["round"]
    with claim.commit():
        for first, last, slow in _pieces(pk):
            jobs.enqueue(
                kind=PIECE,
                key=f"{PIECE}:{pk}:{round}:{slow}:{first}",
                payload={"run": pk, "first": first, "last": last, "slow": slow},
                at=at,
                max_attempts=ATTEMPTS,
            )
    settle(pk)


def _pieces(pk: int) -> Iterator[tuple[int, int, int]]:
    ready = ImportRow.objects.filter(run_id=pk, state=RowState.READY).order_by("number")
    for slow, size in ((0, ROWS), (1, 1)):
        numbers = iter(list(ready.filter(slow=bool(slow)).values_list("number", flat=True)))
        while piece := list(islice(numbers, size)):
            yield piece[0], piece[-1], slow


def _given_up(job: Job, error: str) -> None:
    _of(job.payload).update(state=RowState.FAILED, problems=[problem("unexpected")])
    transaction.on_commit(lambda: settle(int(job.payload["run"])), robust=True)


def _of(payload: Mapping[str, Any]) -> Any:
    return ImportRow.objects.filter(
        run_id=payload["run"],
        number__gte=payload["first"],
        number__lte=payload["last"],
        slow=bool(payload["slow"]),
        state=RowState.READY,
    ).order_by("number")


@jobs.handles(PIECE, given_up=_given_up)
def write_rows(claim: jobs.Claim, at: datetime) -> None:
    """The handler of one piece."""
    write_piece(claim, claim.payload, at=at)


def write_piece(claim: jobs.Claim | Here, payload: Mapping[str, int | str], *, at: datetime) -> None:
    """Write the rows from ``first`` to ``last`` that are still ready."""
    run = ImportRun.objects.select_related("created_by", "agency").filter(pk=payload["run"]).first()
    with translation.override(settings.LANGUAGE_CODE):
        if run is None:
            with claim.commit():
                pass
        elif payload["slow"]:
            _write_with_files(claim, run, payload, at=at)
        else:
            _write_together(claim, run, payload, at=at)
    settle(int(payload["run"]))


def settle(pk: int) -> None:
    """End the import where no row is left to do; whoever asks last ends it."""
    running = ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING)
    running.exclude(rows__state=RowState.READY).update(state=ImportState.DONE, finished_at=timezone.now())


def _write_together(
    claim: jobs.Claim | Here, run: ImportRun, payload: Mapping[str, int | str], *, at: datetime
) -> None:
    words = vocabulary(run)
    try:
        with claim.commit():
            write(run, list(_of(payload).select_for_update()), words=words, at=at)
    except (IntegrityError, Resource.DoesNotExist):
        logger.warning("import_one_by_one", extra={"run": run.pk, "first": payload["first"]})
        for number in list(_of(payload).values_list("number", flat=True)):
            _write_alone(run, dict(payload) | {"first": number, "last": number}, words=words, at=at)
        with claim.commit():
            pass


def _write_alone(
    run: ImportRun, payload: Mapping[str, int | str], *, words: Vocabulary, at: datetime
) -> None:
    try:
        with transaction.atomic():
            write(run, list(_of(payload).select_for_update()), words=words, at=at)
    except Exception:
        logger.exception("import_row_failed", extra={"run": run.pk, "row": payload["first"]})
        _of(payload).update(state=RowState.FAILED, problems=[problem("unexpected")])


def write(run: ImportRun, rows: Sequence[ImportRow], *, words: Vocabulary, at: datetime) -> None:
    """Write what the rows ask for and how each ended; inside a transaction. For rows without files."""
    if not rows:
        return
    found = planning.outlooks(rows)
    new: list[tuple[ImportRow, Proposal]] = []
    for row in rows:
        check = Check(row.values, words=words, members={})
        if check.problems:  # a right or a term was taken away since
            _end(row, RowState.REFUSED, *check.problems)
        elif found[row.number].plan == Plan.NEW:
            new.append((row, _named(check.proposal, row)))
        else:
            _bring_up(run, row, check.proposal, found[row.number], files={})
    made = (
        drafting.create([(proposal, {}) for _row, proposal in new], by=run.created_by, at=at) if new else []
    )
    for (row, _proposal), resource in zip(new, made, strict=True):
        _end(row, RowState.CREATED, resource=resource.pk, revision=resource.latest_revision_id)
    # An upsert of rows that are there: a sixth of what bulk_update costs.
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=_WRITES, batch_size=ROWS
    )


def _bring_up(
    run: ImportRun,
    row: ImportRow,
    proposal: Proposal,
    outlook: planning.Outlook,
    *,
    files: dict[str, StoredFile],
) -> None:
    """Change an earlier resource, or leave it as it is and say why."""
    if outlook.refused:
        _end(row, RowState.REFUSED, problem(outlook.refused, column="identifier"))
        return
    if outlook.plan == Plan.UNCHANGED:
        _end(row, RowState.UNCHANGED, resource=outlook.resource)
        return
    resource = Resource.objects.select_for_update().get(pk=outlook.resource)
    refused = planning.refusal_for(resource, proposal, by=run.created_by)
    if not refused and resource.latest_revision_id != outlook.revision:
        refused = "changed_since"
    if refused or not access.may_edit(run.created_by, resource, timezone.now()):
        _end(row, RowState.REFUSED, problem(refused or "changed_since"))
        return
    revision = drafting.update(resource, proposal, files, by=run.created_by)
    _end(row, RowState.UPDATED, resource=resource.pk, revision=revision.pk)


def _write_with_files(
    claim: jobs.Claim | Here, run: ImportRun, payload: Mapping[str, int | str], *, at: datetime
) -> None:
    """One row: its files are taken in first; the row, its draft and the end of the job are one transaction."""
    row = _of(payload).first()
    if row is None:
        with claim.commit():
            return
    words = vocabulary(run)
    try:
        with filing(run, asking=asking()) as files:
            _write_one_with_files(claim, run, row, files, words=words, at=at)
    except NotFetched as refusal:
        if refusal.passing and not claim.last:
            raise
        _refuse(claim, row, problem(refusal.code, column="file", **refusal.facts))
    except (Rejected, Unreadable) as refusal:
        _refuse(claim, row, problem(refusal.code, column="file", **refusal.facts))


def _write_one_with_files(
    claim: jobs.Claim | Here,
    run: ImportRun,
    row: ImportRow,
    files: Filing,
    *,
    words: Vocabulary,
    at: datetime,
) -> None:
    check = Check(row.values, words=words, members=files.members)
    if check.problems:
        _refuse(claim, row, *check.problems)
        return
    proposal, outlook = _named(check.proposal, row), planning.outlooks([row])[row.number]
    taken: dict[str, StoredFile] = {}
    kind = proposal.kind
    if outlook.plan in (Plan.NEW, Plan.UPDATE):
        if not kind and outlook.resource:
            kind = Resource.objects.values_list("kind", flat=True).get(pk=outlook.resource)
        kind, taken = take(proposal, bring=files.bring, kind=kind, by=run.created_by, at=at)
    with claim.commit():
        if not _still(row):
            return
        outlook = planning.outlooks([row])[row.number]  # files take their time
        if outlook.plan == Plan.NEW and taken:
            (made,) = drafting.create([(replace(proposal, kind=kind), taken)], by=run.created_by, at=at)
            _end(row, RowState.CREATED, resource=made.pk, revision=made.latest_revision_id)
        else:
            _bring_up(run, row, proposal, outlook, files=taken)
        row.save(update_fields=_WRITES)


def _still(row: ImportRow) -> bool:
    """Whether nobody else has done the row meanwhile; holds it to the end of the transaction."""
    held = ImportRow.objects.select_for_update().filter(pk=row.pk, state=RowState.READY)
    return held.first() is not None


def _named(proposal: Proposal, row: ImportRow) -> Proposal:
    """With the identifier of the row; that of an address does not stand among its cells."""
    return replace(proposal, scheme=row.scheme, value=row.value)


def _refuse(claim: jobs.Claim | Here, row: ImportRow, *problems: dict[str, Any]) -> None:
    with claim.commit():
        if not _still(row):
            return
        _end(row, RowState.REFUSED, *problems)
        row.save(update_fields=_WRITES)


def _end(
    row: ImportRow,
    state: RowState,
    *problems: dict[str, Any],
    resource: int | None = None,
    revision: int | None = None,
) -> None:
    row.state, row.problems = state, list(problems)
    row.resource_id, row.revision = resource, revision
