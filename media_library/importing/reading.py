"""An import begins: its files are put aside, its table is read and checked row by row. Nothing is written yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from media_library.files import storage
from media_library.importing import planning
from media_library.importing.checking import Check, Members, cleaned
from media_library.importing.columns import recognised
from media_library.importing.problems import MESSAGES, Unreadable, problem
from media_library.importing.vocabulary import Vocabulary, vocabulary
from media_library.intake.names import checked_name
from media_library.intake.receive import receive
from media_library.models import Agency, ImportRow, ImportRun, ImportSource, ImportState, RowState
from media_library.processing import jobs, sandbox
from media_library.processing.refusal import Refusal

READ = "import_read"
FOLDER = "imports"
"""Of private storage; the collector looks into other folders only."""
ROWS = 20_000
TABLE_LIMIT = 30 << 20
ARCHIVE_LIMIT = 4 << 30
"""Bytes of a ZIP, and of all that is in it."""
_BATCH = 500


def begin(
    *,
    table: Any,
    table_name: str,
    archive: Any = None,
    archive_name: str = "",
    agency: Agency,
    by: Any,
    at: datetime,
    queued: bool = True,
) -> ImportRun:
    """Put the files aside and queue the reading, unless the caller does it.

    ``table``, ``archive``: as ``intake.receive`` takes them. Raises
    :class:`~media_library.intake.rejection.Rejected`; then nothing is kept.
    """
    names = checked_name(table_name), checked_name(archive_name) if archive else ""
    stored = _put_aside(table, limit=TABLE_LIMIT)
    try:
        packed = _put_aside(archive, limit=ARCHIVE_LIMIT) if archive else ""
        with transaction.atomic():
            run = ImportRun.objects.create(
                source=ImportSource.TABLE,
                agency=agency,
                created_by=by,
                created_at=at,
                table_name=names[0],
                table_stored=stored,
                archive_name=names[1],
                archive_stored=packed,
            )
            if queued:
                key = f"{READ}:{run.pk}"
                jobs.enqueue(kind=READ, key=key, payload={"run": run.pk}, at=at, max_attempts=3)
    except BaseException:
        storage.remove(stored)
        raise
    return run


def _put_aside(stream: Any, *, limit: int) -> str:
    with sandbox.workspace(storage.work_folder()) as folder:
        receive(stream=stream, target=folder / "received", limit=limit)
        return storage.store(folder / "received", folder=FOLDER)


def read(run: ImportRun) -> None:
    """Check every row of the run's table and keep what was found; may be done again from the start.

    Raises :class:`~media_library.importing.problems.Unreadable`.
    """
    run.rows.all().delete()
    with (
        sandbox.workspace(storage.work_folder()) as folder,
        storage.local_copy(run.table_stored, workspace=folder) as table,
    ):
        members = None
        if run.archive_stored:
            with storage.local_copy(run.archive_stored, workspace=folder) as archive:
                members = members_of(archive, folder=folder)
        lines = folder / "lines"
        arguments = {"path": str(table), "target": str(lines), "limit": ROWS}
        run.about = sandboxed("media_library.processing.table:read", arguments, folder=folder)
        _check_lines(run, lines, words=vocabulary(run), members=members)


def _check_lines(run: ImportRun, lines: Path, *, words: Vocabulary, members: Members | None) -> None:
    with lines.open(encoding="utf-8") as file:
        _number, headings = json.loads(next(file))
        run.columns = recognised(headings)
        if not any(run.columns):
            raise Unreadable("table_columns")
        run.about["unknown"] = [
            heading[:60] for heading, code in zip(headings, run.columns, strict=True) if heading and not code
        ]
        seen: dict[str, int] = {}
        checked = _checked(run, file, words=words, members=members, seen=seen)
        while batch := list(islice(checked, _BATCH)):
            look_ahead(batch)
            ImportRow.objects.bulk_create(batch)


def _checked(
    run: ImportRun, file: Any, *, words: Vocabulary, members: Members | None, seen: dict[str, int]
) -> Iterator[ImportRow]:
    for line in file:
        number, cells = json.loads(line)
        check = Check(cleaned(run.columns, cells), words=words, members=members)
        row = row_for(run, number, check)
        known = f"{row.scheme}:{row.value}" if row.scheme else row.digest
        earlier = seen.setdefault(known, number)
        if earlier != number:
            same = problem("identifier_twice", column="identifier", row=earlier)
            row.problems.append(same if row.scheme else problem("same_row", row=earlier))
            row.state = RowState.WRONG
        yield row


def row_for(run: ImportRun, number: int, check: Check) -> ImportRow:
    """The row to be kept, without its outlook."""
    proposal = check.proposal
    return ImportRow(
        run=run,
        number=number,
        values=dict(check.values),
        state=RowState.WRONG if check.problems else RowState.READY,
        problems=check.problems,
        scheme=proposal.scheme,
        value=proposal.value,
        digest=planning.digest(check),
        slow=bool(proposal.files),
    )


def look_ahead(rows: list[ImportRow]) -> None:
    """Say of each row that is ready what it would do; what would be refused has errors."""
    ready = [row for row in rows if row.state == RowState.READY]
    found = planning.outlooks(ready)
    for row in ready:
        outlook = found[row.number]
        row.plan = outlook.plan
        if outlook.refused:
            row.state = RowState.WRONG
            row.problems = [problem(outlook.refused, column="identifier")]


def members_of(archive: Path, *, folder: Path) -> Members:
    """What lies in the ZIP: by full name, and by the last part of names that are no full name."""
    arguments = {"path": str(archive), "limit": ARCHIVE_LIMIT}
    entries = sandboxed("media_library.processing.archive:members", arguments, folder=folder)
    whole: dict[str, list[dict[str, Any]]] = {}
    short: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        whole.setdefault(entry["name"], []).append(entry)
        short.setdefault(entry["name"].rpartition("/")[2], []).append(entry)
    return short | whole


def sandboxed(function: str, arguments: dict[str, Any], *, folder: Path) -> Any:
    """Ask the sandbox. Raises :class:`Unreadable`."""
    limits = sandbox.Limits(seconds=180, cpu_seconds=120)
    try:
        return sandbox.run(function, arguments, folder=folder, limits=limits)
    except Refusal as refusal:
        code = refusal.code if refusal.code in MESSAGES else "table_broken"
        raise Unreadable(code, **refusal.facts) from refusal
    except sandbox.Failure as failure:
        raise Unreadable("table_broken") from failure


def _unread(run: ImportRun, code: str, facts: dict[str, Any]) -> None:
    run.state, run.problem = ImportState.FAILED, {"code": code, "facts": facts}


@jobs.handles(READ, given_up=lambda job, _error: _given_up(job.payload["run"]))
def read_table(claim: jobs.Claim, at: datetime) -> None:
    """The handler of the job that :func:`begin` queued."""
    run = ImportRun.objects.select_related("created_by").filter(pk=claim.payload["run"]).first()
    if run is not None and run.state == ImportState.READING:
        try:
            read(run)
            run.state = ImportState.CHECKED
        except Unreadable as refusal:
            run.rows.all().delete()
            _unread(run, refusal.code, refusal.facts)
    with claim.commit():
        if run is not None:
            run.save(update_fields=["state", "problem", "columns", "about"])


def _given_up(pk: Any) -> None:
    problem_kept = {"code": "table_broken", "facts": {}}
    ImportRun.objects.filter(pk=pk).update(state=ImportState.FAILED, problem=problem_kept)
