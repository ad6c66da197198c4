"""From a stored file to everything that may be shown of it: the handler of ``process_file`` jobs.

The files are made in a workspace, by a child process, and stored under random names; then one transaction
writes their rows, what was learnt of the file, and the end of the job. Whoever dies before leaves files that
no row names, which the collector takes; whoever dies after leaves nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from media_library import changes
from media_library.files import storage
from media_library.intake.rejection import MESSAGES, Rejected
from media_library.models import Asset, Job, ProcessingState, Rendition, StoredFile
from media_library.processing import dressing, jobs, sandbox
from media_library.processing.jobs import Claim, Hopeless
from media_library.processing.refusal import Refusal

PROCESS = "process_file"
_HOUR = 3600
_LEARNT = ("width", "height", "duration", "pages", "phash", "extracted")


@dataclass(frozen=True)
class Maker:
    """Which function makes the files of a type, and what it may take."""

    function: str
    limits: Callable[[StoredFile], sandbox.Limits]
    more: Callable[[], dict[str, Any]] = dict
    """Arguments besides source and folder, from the settings."""


def _still(_file: StoredFile) -> sandbox.Limits:
    return sandbox.Limits(seconds=120, cpu_seconds=120)


def _lasting(file: StoredFile) -> sandbox.Limits:
    """Coding anew takes about half the duration on one core; allow ten times that, at most six hours."""
    seconds = int(min(6 * _HOUR, 120 + 5 * (file.duration or 0)))
    size = max(2 * file.size, 512 * sandbox.MEBIBYTE)
    return sandbox.Limits(seconds=seconds, cpu_seconds=4 * seconds, memory=1 << 31, file_size=size)


_PICTURE = Maker("media_library.processing.picture:render", _still)
_FILM = Maker("media_library.processing.video:render", _lasting)
_SOUND = Maker("media_library.processing.audio:render", _lasting)
_DOCUMENT = Maker(
    "media_library.processing.document:render", _still, lambda: {"pictured": settings.DOCUMENT_PAGE_PICTURES}
)
_CAPTION = Maker("media_library.processing.caption:render", _still)
_OFFICE = Maker("media_library.processing.office:render", _still)
_BY_MAIN_TYPE = {"image": _PICTURE, "video": _FILM, "audio": _SOUND}


def maker_for(media_type: str) -> Maker:
    """The maker of ``media_type``, one of those that :mod:`media_library.kinds` accepts."""
    if media_type in ("text/vtt", "application/x-subrip"):
        return _CAPTION
    if media_type == "application/pdf":
        return _DOCUMENT
    return _BY_MAIN_TYPE.get(media_type.partition("/")[0], _OFFICE)


def _given_up(job: Job, error: str) -> None:
    """Tell at the file why there is nothing to show; in the library's first language, as it is stored."""
    with translation.override(settings.LANGUAGE_CODE):
        code, _colon, _rest = error.partition(":")
        problem = Rejected(code).message if code in _TOLD else Rejected("damaged").message
    StoredFile.objects.filter(pk=job.payload["file"]).exclude(processing_state=ProcessingState.READY).update(
        processing_state=ProcessingState.FAILED, problem=problem[:300]
    )


_TOLD = {code for code, message in MESSAGES.items() if "%(" not in message}


@jobs.handles(PROCESS, given_up=_given_up)
def process_file(claim: Claim, at: datetime) -> None:
    """Make every rendition of the stored file in ``claim.payload["file"]``."""
    file = StoredFile.objects.filter(pk=claim.payload["file"]).first()
    if file is None:
        with claim.commit():
            return
    with sandbox.workspace(storage.work_folder()) as folder:
        made = _make(file, folder=folder)
        stored: list[Rendition] = []
        try:
            for about in made["renditions"]:
                stored.append(_store(about, file=file, folder=folder / "out"))
            _commit(claim, file=file, made=made, renditions=stored)
        except BaseException:
            for rendition in stored:
                storage.remove(rendition.storage_name)
            raise


def _make(file: StoredFile, *, folder: Path) -> dict[str, Any]:
    maker = maker_for(file.media_type)
    out = folder / "out"
    out.mkdir()
    try:
        with storage.local_copy(file.storage_name, workspace=folder) as source:
            arguments = {"source": str(source), "folder": str(out), **maker.more()}
            made: dict[str, Any] = sandbox.run(
                maker.function, arguments, folder=folder, limits=maker.limits(file)
            )
    except Refusal as refusal:
        raise Hopeless(refusal.code) from refusal
    except FileNotFoundError as error:
        raise Hopeless("damaged: the stored bytes are gone") from error
    return made


def _store(about: dict[str, Any], *, file: StoredFile, folder: Path) -> Rendition:
    path = folder / about["name"]
    fingerprint = storage.fingerprint(path)
    return Rendition(
        file=file,
        name=about["name"],
        purpose=about["purpose"],
        media_type=about["media_type"],
        width=about.get("width"),
        height=about.get("height"),
        size=fingerprint.size,
        sha256=fingerprint.sha256,
        crc32=fingerprint.crc32,
        storage_name=storage.store(path, folder=storage.RENDITIONS),
    )


def _commit(claim: Claim, *, file: StoredFile, made: dict[str, Any], renditions: list[Rendition]) -> None:
    with claim.commit():
        held = StoredFile.objects.select_for_update().filter(pk=file.pk)
        first_named_by = held.values_list("first_named_by", flat=True).first()
        file.renditions.all().delete()
        Rendition.objects.bulk_create(renditions)
        for name in _LEARNT:
            if name in made:
                setattr(file, name, made[name])
        file.properties = {**file.properties, **made.get("properties", {})}
        file.processing_state, file.problem, file.dressed = ProcessingState.READY, "", ""
        file.save(update_fields=[*_LEARNT, "properties", "processing_state", "problem", "dressed"])
        shown_by = list(Asset.objects.filter(file=file).values_list("resource_id", flat=True))
        changes.record(resource_ids=shown_by, why="file ready")
        if first_named_by and not shown_by:
            dressing.ready(file.pk, attempt=f"{claim.pk}.{claim.attempt}")
