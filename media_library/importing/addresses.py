"""Import by address: a line is an address, a row, and in the end a draft with the file that was found there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from media_library.importing import running
from media_library.importing.checking import Check
from media_library.importing.problems import problem
from media_library.importing.reading import look_ahead, row_for
from media_library.importing.vocabulary import Vocabulary, vocabulary
from media_library.intake.fetching import NotFetched, destination
from media_library.models import Agency, ImportRow, ImportRun, ImportSource, ImportState, RowState

MOST = 200
"""Addresses in one import."""
SCHEME = "url"


def lines_of(text: str) -> list[str]:
    """The addresses in what was pasted: one a line, empty lines passed over."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def identity(url: str) -> str:
    """What makes the same address once: host and path as they are asked for, what follows “?” as a hash.

    A query may hold a key to the file, and identifiers are public.
    """
    place, _mark, query = url.partition("?")
    if query:
        place += f"?sha256={hashlib.sha256(query.encode()).hexdigest()[:32]}"
    if len(place) > 300:
        place = f"{place[:220]}…{hashlib.sha256(url.encode()).hexdigest()}"
    return place


def begin(*, lines: list[str], kind: str, agency: Agency, by: Any, at: datetime) -> ImportRun:
    """Take ``lines`` as an import that runs at once; a line that is no address stands in it with its error."""
    with transaction.atomic():
        run = ImportRun.objects.create(
            source=ImportSource.ADDRESS,
            state=ImportState.CHECKED,
            agency=agency,
            created_by=by,
            created_at=at,
            columns=["file"],
        )
        rows = list(_rows(run, lines[:MOST], kind=kind, words=vocabulary(run)))
        look_ahead(rows)
        ImportRow.objects.bulk_create(rows)
        running.confirm(run, at=at)
    run.refresh_from_db()
    return run


def _rows(run: ImportRun, lines: list[str], *, kind: str, words: Vocabulary) -> Iterator[ImportRow]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        check = Check({"file": line} | ({"kind": kind} if kind else {}), words=words, members=None)
        row = row_for(run, number, check)
        try:
            url = destination(line, ports={80, 443, *settings.FETCH_PORTS}).url
        except NotFetched as refusal:
            row.state = RowState.WRONG
            row.problems = [problem(refusal.code, column="file", **refusal.facts)]
        else:
            row.scheme, row.value = f"{row.run.agency.code}:{SCHEME}", identity(url)
            row.digest = hashlib.sha256(row.value.encode()).hexdigest()
            if seen.setdefault(row.value, number) != number:
                row.state, row.problems = RowState.WRONG, [problem("same_row", row=seen[row.value])]
        yield row
