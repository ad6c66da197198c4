"""Rows become drafts. Those without files are written together, and one by one where that fails, so that no row
costs another its place. A row with files is a piece of its own: what another site does or a file costs is its
alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
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
from media_library.models import ImportRow, ImportRun, Plan, Resource, RowState, StoredFile
from media_library.processing import jobs

logger = logging.getLogger(__name__)

ROWS = 500
"""Rows without files in one piece."""
_WRITES = ["state", "problems", "resource", "revision", "plan"]


def as_usual() -> Manners | None:
    """No manners but those of :mod:`media_library.intake.fetching`."""
    return None


asking: Callable[[], Manners | None] = as_usual
"""How other sites are asked; tests alone put another function here, to let a site on loopback answer."""


class Here:
    """Stands for a job where the work is done at once by a command."""

    last = True

    def commit(self) -> AbstractContextManager[None]:
        return transaction.atomic()


def rows_of(payload: Mapping[str, Any]) -> Any:
    """The rows of a piece that are still ready."""
    return ImportRow.objects.filter(
        run_id=payload["run"],
        number__gte=payload["first"],
        number__lte=payload["last"],
        slow=bool(payload["slow"]),
        state=RowState.READY,
    ).order_by("number")


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


def _write_together(
    claim: jobs.Claim | Here, run: ImportRun, payload: Mapping[str, int | str], *, at: datetime
) -> None:
    words = vocabulary(run)
    try:
        with claim.commit():
            write(run, list(rows_of(payload).select_for_update()), words=words, at=at)
    except (IntegrityError, Resource.DoesNotExist):
        logger.warning("import_one_by_one", extra={"run": run.pk, "first": payload["first"]})
        for number in list(rows_of(payload).values_list("number", flat=True)):
            _write_alone(run, dict(payload) | {"first": number, "last": number}, words=words, at=at)
        with claim.commit():
            pass


def _write_alone(
    run: ImportRun, payload: Mapping[str, int | str], *, words: Vocabulary, at: datetime
) -> None:
    try:
        with transaction.atomic():
            write(run, list(rows_of(payload).select_for_update()), words=words, at=at)
    except Exception:
        logger.exception("import_row_failed", extra={"run": run.pk, "row": payload["first"]})
        rows_of(payload).update(state=RowState.FAILED, problems=[problem("unexpected")])


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
    # An upsert of rows that are there: bulk_update would put together a CASE for each of them.
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
    resource = Resource.objects.select_for_update().get(pk=outlook.resource or 0)
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
    row = rows_of(payload).first()
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
