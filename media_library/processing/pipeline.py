"""From a stored file to everything that may be shown of it: the handlers of its jobs.

``process_file`` makes what the file needs to be shown and published, ``finish_file`` later what makes it better:
the ladder of a film, even loudness; ``broadcast_file`` last the copy of a sound for radio stations. The files are
made in a workspace, by a child process, and stored under random names; then one transaction writes their rows,
what was learnt of the file, and the end of the job. Whoever dies before leaves files that no row names, which the
collector takes; whoever dies after leaves nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from media_library import changes
from media_library.files import storage
from media_library.intake.rejection import MESSAGES, Rejected
from media_library.models import Asset, Job, ProcessingState, Purpose, Rendition, StoredFile
from media_library.models.asset import EARLIER
from media_library.processing import converting, dressing, fingerprinting, jobs, priority, sandbox, transcript
from media_library.processing.jobs import Claim, Hopeless
from media_library.processing.refusal import Refusal

PROCESS = "process_file"
FINISH = "finish_file"
BROADCAST = "broadcast_file"
_HOUR = 3600
_LEARNT = ("width", "height", "duration", "pages", "phash", "extracted")


@dataclass(frozen=True)
class Maker:
    """Which function makes the files of a type, what it may take, what it is told besides."""

    function: str
    limits: Callable[[StoredFile], sandbox.Limits]
    told: Callable[[], dict[str, Any]] = dict
    """Arguments besides source and folder, from the settings."""


def _still(_file: StoredFile) -> sandbox.Limits:
    return sandbox.Limits(seconds=120, cpu_seconds=120)


def _lasting(file: StoredFile) -> sandbox.Limits:
    """Coding anew takes about half the duration on one core; allow ten times that, at most six hours."""
    seconds = int(min(6 * _HOUR, 120 + 5 * (file.duration or 0)))
    size = max(2 * file.size, 512 * sandbox.MEBIBYTE)
    return sandbox.Limits(seconds=seconds, cpu_seconds=4 * seconds, memory=1 << 31, file_size=size)


def _at_leisure(file: StoredFile) -> sandbox.Limits:
    """Five rungs take twice the duration on two cores; allow ten times that, at most a day. Others go first."""
    seconds = int(min(24 * _HOUR, 600 + 20 * (file.duration or 0)))
    size = max(2 * file.size, 2048 * sandbox.MEBIBYTE)
    return sandbox.Limits(seconds=seconds, cpu_seconds=4 * seconds, memory=3 << 30, file_size=size, nice=10)


_PICTURE = Maker("media_library.processing.picture:render", _still)
_FILM = Maker("media_library.processing.video:render", _lasting, lambda: {"quick": settings.STREAMING})
_SOUND = Maker("media_library.processing.audio:render", _lasting)
_DOCUMENT = Maker(
    "media_library.processing.document:render", _still, lambda: {"pictured": settings.DOCUMENT_PAGE_PICTURES}
)
_CONVERTED = Maker(
    "media_library.processing.conversion:render",
    lambda _file: sandbox.Limits(seconds=180, cpu_seconds=180, memory=4 << 30),
    lambda: {"pictured": settings.DOCUMENT_PAGE_PICTURES, "command": converting.command()},
)
_CAPTION = Maker("media_library.processing.caption:render", _still)
_TRANSCRIPT = Maker("media_library.processing.transcript:render", _still)
_OFFICE = Maker("media_library.processing.office:render", _still)
_BY_MAIN_TYPE = {"image": _PICTURE, "video": _FILM, "audio": _SOUND}
_FINISHERS = {
    "video": Maker("media_library.processing.ladder:render", _at_leisure),
    "audio": Maker("media_library.processing.loudness:render", _at_leisure),
}
_FOR_RADIO = {"audio": Maker("media_library.processing.broadcast:render", _at_leisure)}


def order(file: StoredFile, *, at: datetime) -> Job:
    """Put the first job of ``file`` in the queue; inside the transaction that stores it."""
    first = priority.for_size(priority.FIRST, file.size)
    return jobs.enqueue(
        kind=PROCESS, key=f"{PROCESS}:{file.pk}", payload={"file": file.pk}, at=at, priority=first
    )


def order_finish(file: StoredFile, *, at: datetime, base: int = priority.AFTERWARDS) -> Job | None:
    """Put the later job of ``file`` in the queue where its type has one and ``STREAMING`` is on."""
    if not (settings.STREAMING and file.main_type in _FINISHERS):
        return None
    later = priority.for_size(base, file.size)
    return jobs.enqueue(
        kind=FINISH, key=f"{FINISH}:{file.pk}", payload={"file": file.pk}, at=at, priority=later
    )


def order_broadcast(file: StoredFile, *, at: datetime) -> Job | None:
    """Put the job of the copy for radio in the queue, behind all else, on the same terms."""
    if not (settings.STREAMING and file.main_type in _FOR_RADIO):
        return None
    last = priority.for_size(priority.LAST, file.size)
    return jobs.enqueue(
        kind=BROADCAST, key=f"{BROADCAST}:{file.pk}", payload={"file": file.pk}, at=at, priority=last
    )


def maker_for(file: StoredFile) -> Maker:
    """The maker of the type of ``file``, one of those that :mod:`media_library.kinds` accepts."""
    media_type = file.media_type
    if file.properties.get(converting.SHOWN_AS_PDF):
        return _CONVERTED
    if file.properties.get(transcript.PLAIN):
        return _TRANSCRIPT
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


def _tried_again(job: Job) -> None:
    """From now on the file waits again, and says nothing of what went wrong."""
    StoredFile.objects.filter(pk=job.payload["file"], processing_state=ProcessingState.FAILED).update(
        processing_state=ProcessingState.WAITING, problem=""
    )


@jobs.handles(PROCESS, given_up=_given_up, tried_again=_tried_again)
def process_file(claim: Claim, at: datetime) -> None:
    """Make what the stored file in ``claim.payload["file"]`` needs to be shown."""
    file = StoredFile.objects.filter(pk=claim.payload["file"]).first()
    if file is None:
        with claim.commit():
            return
    with _made(claim, file, maker_for(file)) as (made, stored), claim.commit():
        first_named_by = _held(file).first_named_by_id
        file.renditions.all().delete()
        Rendition.objects.bulk_create(stored)
        _learn(file, made)
        file.processing_state, file.problem, file.dressed = ProcessingState.READY, "", ""
        file.save(update_fields=[*_LEARNT, "properties", "processing_state", "problem", "dressed"])
        fingerprinting.after(file, made=made, at=timezone.now())
        order_finish(file, at=timezone.now())
        order_broadcast(file, at=timezone.now())
        _announce(claim, file, first_named_by=first_named_by, why="file ready")


@jobs.handles(FINISH)
def finish_file(claim: Claim, at: datetime) -> None:
    """Make what makes the stored file better. Where it gives up, the file stays as good as it was."""
    add_to(claim, _FINISHERS, why="file finished")


@jobs.handles(BROADCAST)
def broadcast_file(claim: Claim, at: datetime) -> None:
    """Make the copy of a sound for radio stations."""
    add_to(claim, _FOR_RADIO, why="copy for radio made")


def add_to(claim: Claim, makers: dict[str, Maker], *, why: str) -> None:
    """Add what the maker of its type makes to the stored file in ``claim.payload["file"]``."""
    file = StoredFile.objects.filter(pk=claim.payload["file"]).first()
    maker = makers.get(file.main_type) if file is not None else None
    if file is None or maker is None or file.processing_state != ProcessingState.READY:
        with claim.commit():
            return
    with _made(claim, file, maker) as (made, stored), claim.commit():
        held = _held(file)
        _make_room(file, stored)
        Rendition.objects.bulk_create(stored)
        _learn(held, made).dressed = ""
        held.save(update_fields=["properties", "dressed"])
        _announce(claim, held, first_named_by=held.first_named_by_id, why=why)


def _held(file: StoredFile) -> StoredFile:
    """The row as it is now, and nobody else's until the transaction ends."""
    return StoredFile.objects.select_for_update().get(pk=file.pk)


@contextmanager
def _made(claim: Claim, file: StoredFile, maker: Maker) -> Iterator[tuple[dict[str, Any], list[Rendition]]]:
    """What ``maker`` made of ``file``, stored; taken back if the block does not end well."""
    with sandbox.workspace(storage.work_folder()) as folder:
        made = _make(claim, file, maker, folder=folder)
        stored: list[Rendition] = []
        try:
            for about in made["renditions"]:
                stored.append(_store(about, file=file, folder=folder / "out"))
            yield made, stored
        except BaseException:
            for rendition in stored:
                storage.remove(rendition.storage_name)
            raise


def _make(claim: Claim, file: StoredFile, maker: Maker, *, folder: Path) -> dict[str, Any]:
    out = folder / "out"
    out.mkdir()
    try:
        with storage.local_copy(file.storage_name, workspace=folder) as source:
            made: dict[str, Any] = sandbox.run(
                maker.function,
                {"source": str(source), "folder": str(out), **maker.told()},
                folder=folder,
                limits=maker.limits(file),
                watch=claim.progress,
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


def _make_room(file: StoredFile, coming: list[Rendition]) -> None:
    """A public copy that a better one follows stays under its address, which others may have noted."""
    copies = {rendition.sha256 for rendition in coming if rendition.purpose == Purpose.DOWNLOAD}
    earlier = file.renditions.filter(purpose=Purpose.DOWNLOAD).exclude(
        Q(sha256__in=copies) | Q(uncredited_sha256__in=copies)
    )
    for rendition in earlier if copies else ():
        rendition.name = f"{EARLIER}{rendition.digest}{Path(rendition.name).suffix}"
        rendition.purpose = Purpose.PART
        file.renditions.filter(name=rendition.name).delete()
        rendition.save(update_fields=["name", "purpose"])
    file.renditions.filter(name__in=[rendition.name for rendition in coming]).delete()


def _learn(file: StoredFile, made: dict[str, Any]) -> StoredFile:
    for name in _LEARNT:
        if name in made:
            setattr(file, name, made[name])
    file.properties = {**file.properties, **made.get("properties", {})}
    return file


def _announce(claim: Claim, file: StoredFile, *, first_named_by: int | None, why: str) -> None:
    shown_by = list(Asset.objects.filter(file=file).values_list("resource_id", flat=True))
    changes.record(resource_ids=shown_by, why=why)
    if first_named_by and not shown_by:
        dressing.ready(file.pk, attempt=f"{claim.pk}.{claim.attempt}")
