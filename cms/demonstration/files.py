"""The files of the demonstration, taken in like any upload and processed before anything is published."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.db import connection
from django.utils import timezone

from cms.demonstration.manifest import BadManifest, Entry, FileEntry
from cms.demonstration.progress import Progress
from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.models import Agency, ProcessingState, StoredFile, User
from media_library.processing import jobs
from media_library.processing.priority import PROMPT
from media_library.text import nfc

Key = tuple[str, str]
"""Id of the entry and path of the file."""

PATIENCE = 600
"""Longest wait, in seconds, without any file getting ready."""


class ProcessingStalled(RuntimeError):
    """Files were refused, or no file got ready for too long; ``str()`` says which."""


def wanted(entries: Iterable[Entry]) -> Iterator[tuple[Entry, FileEntry]]:
    """Each file of each entry."""
    return ((entry, file) for entry in entries for file in entry.files)


def take_in(
    entries: list[Entry], *, folder: Path, by: Callable[[str], User], at: datetime, progress: Progress
) -> dict[Key, StoredFile]:
    """Store every file; one left by an interrupted run is used again. ``by``: who uploads for an agency.

    Raises :class:`BadManifest` for a file that is missing, altered or refused.
    """
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    taken: dict[Key, StoredFile] = {}
    for entry, file in wanted(entries):
        agency = agencies[entry.agency]
        taken[entry.id, file.path] = _earlier(file, agency=agency) or _upload(
            entry, file, folder=folder, agency=agency, by=by(entry.agency), at=at
        )
        progress.step()
    return taken


def _earlier(file: FileEntry, *, agency: Agency) -> StoredFile | None:
    name = nfc(PurePosixPath(file.path).name)
    same = StoredFile.objects.filter(sha256=file.sha256, agency=agency, original_name=name)
    return same.exclude(processing_state=ProcessingState.FAILED).first()


def _upload(
    entry: Entry, file: FileEntry, *, folder: Path, agency: Agency, by: User, at: datetime
) -> StoredFile:
    """Dated by the import, not by the manifest: the collector takes old files that nothing names yet."""
    path = folder / file.path
    try:
        with path.open("rb") as stream:
            stored = accept(
                stream=stream,
                name=path.name,
                kind=entry.kind,
                role=file.role,
                agency=agency,
                by=by,
                at=at,
            )
    except (OSError, Rejected) as error:
        raise BadManifest(f"{file.path}: {error}") from error
    if stored.sha256 != file.sha256:
        raise BadManifest(f"{file.path}: these are not the bytes of the manifest")
    return stored


def process(files: Iterable[StoredFile], *, progress: Progress, workers: int) -> None:
    """Run the processing jobs until every file is ready. ``workers=0``: in this thread.

    What comes later (the ladders of films) is left to the worker: the demonstration does not wait for it.

    Raises :class:`ProcessingStalled`.
    """
    pending = {file.pk for file in files}
    stop = threading.Event()
    threads = [threading.Thread(target=_work, args=(f"demo-{n}", stop), daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    try:
        _watch(pending, progress=progress, inline=not workers)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _work(name: str, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            if not jobs.run_next(worker=name, at=timezone.now(), among=PROMPT):
                stop.wait(0.2)
    finally:
        connection.close()


def _watch(pending: set[int], *, progress: Progress, inline: bool) -> None:
    last_success = time.monotonic()
    while pending:
        if inline:
            jobs.run_next(worker="demo", at=timezone.now(), among=PROMPT)
        ready = _ready(pending)
        pending -= ready
        for _file in ready:
            progress.step()
            last_success = time.monotonic()
        if time.monotonic() - last_success > PATIENCE:
            raise ProcessingStalled(f"{len(pending)} files are still waiting to be processed")
        if pending and not inline:
            time.sleep(0.1)


def _ready(pending: set[int]) -> set[int]:
    """Of ``pending``, the files that are ready. Raises :class:`ProcessingStalled` for a refused one."""
    rows = StoredFile.objects.filter(pk__in=pending).exclude(processing_state=ProcessingState.WAITING)
    ready = set()
    for pk, name, state, problem in rows.values_list("pk", "original_name", "processing_state", "problem"):
        if state == ProcessingState.FAILED:
            raise ProcessingStalled(f"{name}: {problem}")
        ready.add(pk)
    return ready
