"""Import a table from the command line: checked first, written with ``--yes``, without any worker."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from media_library.importing import forgetting, reading, running, sheets
from media_library.importing.problems import Unreadable
from media_library.intake.rejection import Rejected
from media_library.models import Agency, ImportRow, ImportRun, ImportState, RowState, User

SAID = 200
"""Rows with errors that are written out; the result file has all."""


class Command(BaseCommand):
    help = "Import resources from a CSV or XLSX table; without --yes it is only checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path)
        parser.add_argument("--agency", required=True, help="Code of the agency for rows that name none.")
        parser.add_argument(
            "--by", default="", help="User name of who imports; else the first administrator."
        )
        parser.add_argument("--files", type=Path, help="ZIP with the files that the table names.")
        parser.add_argument("--yes", action="store_true", help="Write the rows without errors as drafts.")
        parser.add_argument(
            "--results", type=Path, help="Write here what became of each row (.csv or .xlsx)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._begun(**options)
        try:
            reading.read(run)
        except Unreadable as refusal:
            forgetting.discard(run)
            raise CommandError(str(refusal)) from refusal
        run.state = ImportState.CHECKED
        run.save(update_fields=["state", "columns", "about"])
        self._say_problems(run)
        if options["yes"]:
            running.run_here(run, at=timezone.now())
        for state, number in run.counts().items():
            if number:
                self.stdout.write(f"{RowState(state).label}: {number}")
        if options["results"]:
            self._write_results(run, options["results"])
        if not options["yes"]:
            forgetting.discard(run)

    def _begun(self, *, table: Path, files: Path | None, agency: str, by: str, **_more: Any) -> ImportRun:
        try:
            owner = Agency.objects.get(code=agency)
            administrators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
            person = User.objects.get(username=by) if by else administrators[:1].get()
            with table.open("rb") as stream:
                archive = files.open("rb") if files else None
                try:
                    return reading.begin(
                        table=stream,
                        table_name=table.name,
                        archive=archive,
                        archive_name=files.name if files else "",
                        agency=owner,
                        by=person,
                        at=timezone.now(),
                        queued=False,
                    )
                finally:
                    if archive:
                        archive.close()
        except (Agency.DoesNotExist, User.DoesNotExist, OSError, Rejected) as error:
            raise CommandError(str(error)) from error

    def _say_problems(self, run: ImportRun) -> None:
        wrong = ImportRow.objects.filter(run=run, state=RowState.WRONG).order_by("number")
        for row in wrong[:SAID].iterator():
            self.stderr.write(f"{row.number}: {sheets.notes(row)}")

    def _write_results(self, run: ImportRun, path: Path) -> None:
        lines = sheets.results(run, place_of=str)
        if path.suffix == ".xlsx":
            path.write_bytes(sheets.as_xlsx(("Results", lines)))
            return
        with path.open("wb") as out:
            out.writelines(sheets.as_csv(lines))
