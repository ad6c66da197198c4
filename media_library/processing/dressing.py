"""What the public copies of a file say and show of its resource: credit, licence, address, and the crops.

A file is uploaded before anybody has said who is to be credited or what must stay visible. So its renditions
are made plain, and dressed when a draft is saved that says so, again when what it says changes on
publication. The job always asks for what is so now (:mod:`media_library.processing.dress`); asked twice, it
has nothing to do.

Renditions are never changed in place: new bytes get new names in storage, the rows are pointed at them in one
transaction, and what the old names hold is the collector's.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.models import Revision

from media_library import changes
from media_library.files import storage
from media_library.kinds import PAGED
from media_library.models import Asset, Job, ProcessingState, Rendition, Resource, StoredFile
from media_library.models.asset import Purpose
from media_library.processing import jobs, sandbox
from media_library.processing.credit_packet import CARRYING, Credit
from media_library.processing.dress import NOTHING, Dress, dress_from, dress_of
from media_library.processing.jobs import Claim, Hopeless
from media_library.processing.refusal import Refusal

DRESS = "dress_file"
_MAIN = ("image/", "video/", "audio/", *PAGED)
_CARRIED, _CARRIES = Q(), Q()
for _start in _MAIN:
    _CARRIED |= Q(media_type__startswith=_start)
    _CARRIES |= Q(file__media_type__startswith=_start)
_CREDITED = (
    *(Purpose.PICTURE, Purpose.POSTER, Purpose.DOWNLOAD, Purpose.CROP, Purpose.PAGE),
    Purpose.BROADCAST,
)
"""What stands by itself; parts of a stream do not, their list names places in them."""
_BYTES_A_SECOND = 10 << 20
_A_DAY = 5000


class Overtaken(Exception):
    """The file or what its resource says changed while it was being dressed; the job begins again."""


# When it is asked for


def changed(resource_ids: Iterable[int], **_rest: Any) -> None:
    """Receiver of :data:`media_library.changes.resource_changed`: ask for files that now say otherwise."""
    assets = list(
        Asset.objects.filter(_CARRIES, resource_id__in=list(resource_ids))
        .select_related("resource__locale", "file")
        .only(*_NEEDED)
    )
    elsewhere = _live(asset.file_id for asset in assets if not asset.resource.live and asset.file.dressed)
    _ask(
        {
            asset.file_id: f"v{asset.resource_id}.{asset.resource.version}"
            for asset in assets
            if _differs(asset, elsewhere=asset.file_id in elsewhere)
        }
    )


def _live(files: Iterable[int]) -> set[int]:
    """Those of ``files`` that a live resource has. For itself: a database without statistics must not join it."""
    hidden = set(files)
    if not hidden:
        return set()
    return set(Asset.objects.filter(file__in=hidden, resource__live=True).values_list("file", flat=True))


_NEEDED = (
    *("focal_x", "focal_y", "file__dressed", "resource__public_id", "resource__credit_line"),
    *("resource__licence", "resource__created_at", "resource__version", "resource__live"),
    "resource__locale__language_code",
)


def _differs(asset: Any, *, elsewhere: bool) -> bool:
    """Whether the file may have to be dressed anew after a change of this resource. In doubt, yes.

    ``elsewhere``: another resource with this file is live, where this one is not.
    """
    if not asset.resource.live and (elsewhere or not asset.file.dressed):
        return True
    row = asset.resource
    focus = (asset.focal_x, asset.focal_y)
    wanted = dress_from(resource=row, line=row.credit_line, licence=row.licence, focus=focus)
    return bool(wanted.digest != asset.file.dressed)


def drafted(instance: Revision, raw: bool = False, **_rest: Any) -> None:
    """Receiver of ``post_save`` of a revision: ask for the files that a draft names and is the first to."""
    if raw or instance.base_content_type_id != Resource.get_base_content_type().pk:
        return
    content = instance.content
    named = {one["file"]: one for one in content.get("assets", [])}
    files = StoredFile.objects.filter(_CARRIED, pk__in=list(named))
    found = list(files.values_list("pk", "dressed", "first_named_by")) if named else []
    if new := [pk for pk, _dressed, first in found if first is None]:
        StoredFile.objects.filter(pk__in=new, first_named_by=None).update(first_named_by=instance.object_id)
    said = f"{content.get('credit_line')} {content.get('licence')}"
    if not said.split() and all(one.get("focal_x") is None for one in named.values()):
        return
    asked = {}
    for pk, dressed, first in found:
        if first is None or str(first) == str(instance.object_id):
            at = (named[pk].get("focal_x"), named[pk].get("focal_y"))
            told = hashlib.sha256(f"{said} {at} {dressed}".encode()).hexdigest()[:16]
            asked[pk] = f"r{instance.pk}.{told}"
    _ask(asked)


def ready(file: int, *, attempt: str) -> None:
    """Ask for a file whose renditions were just made."""
    _ask({file: f"p{attempt}"})


def ask_for_the_plain(at: datetime) -> None:
    """Ask for what is public and says nothing yet: files from before there were credits, and failed ones."""
    live = Asset.objects.filter(file=OuterRef("pk"), resource__live=True)
    plain = StoredFile.objects.filter(
        _CARRIED, Exists(live), processing_state=ProcessingState.READY, dressed=""
    )
    _ask(dict.fromkeys(plain.values_list("pk", flat=True)[:_A_DAY], f"d{at:%Y%m%d}"))


def _ask(whys: dict[int, str]) -> None:
    """Queue the work for files, once for each reason; in the transaction of what causes it."""
    now = timezone.now()
    asked = [
        Job(kind=DRESS, key=f"{DRESS}:{file}:{why}", payload={"file": file}, run_at=now, created_at=now)
        for file, why in whys.items()
    ]
    if asked:
        Job.objects.bulk_create(asked, ignore_conflicts=True)


# How it is done


@jobs.handles(DRESS)
def dress_file(claim: Claim, at: datetime) -> None:
    """Bring the renditions of ``claim.payload["file"]`` to what they are to say and show now."""
    file = StoredFile.objects.filter(pk=claim.payload["file"]).defer("extracted").first()
    dress = dress_of(file) if file and file.processing_state == ProcessingState.READY else NOTHING
    if file is None or not dress.digest or dress.digest == file.dressed:
        with claim.commit():
            return
    rows = list(file.renditions.all())
    before = {(row.pk, row.storage_name) for row in rows}
    made: list[Rendition] = []
    with sandbox.workspace(storage.work_folder()) as folder, contextlib.ExitStack() as copies:
        try:
            plain = _cut(file, dress, folder=folder)
            sources = {row.name: folder / row.name for row in plain}
            ready_to_store = dict(sources)
            if dress.credit is not None:
                kept = [row for row in rows if row.name not in sources]
                for row in kept:
                    copy = storage.local_copy(row.storage_name, workspace=folder)
                    sources[row.name] = copies.enter_context(copy)
                plain += kept
                ready_to_store |= _credited(plain, sources=sources, credit=dress.credit, folder=folder)
            for row in plain:
                if row.name in ready_to_store:
                    made.append(_stored(row, ready_to_store[row.name]))
            _commit(claim, file=file, dress=dress, before=before, made=made)
        except BaseException:
            for row in made:
                storage.remove(row.storage_name)
            raise


def _cut(file: StoredFile, dress: Dress, *, folder: Path) -> list[Rendition]:
    """Crops round another focal point than they have now, as rows not yet stored."""
    told = file.properties.get("focus")
    if file.main_type != "image" or dress.focus == (tuple(told) if told else None):
        return []
    with storage.local_copy(file.storage_name, workspace=folder) as source:
        arguments = {"source": str(source), "folder": str(folder), "focus": dress.focus}
        made = _in_sandbox("media_library.processing.picture:cut_anew", arguments, folder=folder, size=0)
    rows = {row.name: row for row in file.renditions.filter(purpose=Purpose.CROP)}
    for about in made:
        row = rows.setdefault(about["name"], Rendition(file=file, name=about["name"]))
        row.purpose, row.media_type = about["purpose"], about["media_type"]
        row.width, row.height = about["width"], about["height"]
        row.uncredited_sha256 = ""
        row.sha256 = storage.fingerprint(folder / row.name).sha256
    return list(rows.values())


def _credited(
    rows: list[Rendition], *, sources: dict[str, Path], credit: Credit, folder: Path
) -> dict[str, Path]:
    """Write the copies that can carry a credit into ``folder``; returns where each is, by its name."""
    out = folder / "credited"
    out.mkdir()
    able = [row for row in rows if row.media_type in CARRYING and row.purpose in _CREDITED]
    copies = [
        {"source": str(sources[row.name]), "target": str(out / row.name), "media_type": row.media_type}
        for row in able
    ]
    arguments = {"copies": copies, "credit": asdict(credit)}
    size = sum(sources[row.name].stat().st_size for row in able)
    done = _in_sandbox("media_library.processing.credit:write", arguments, folder=folder, size=size)
    return {row.name: out / row.name for row, written in zip(able, done, strict=True) if written}


def _in_sandbox(function: str, arguments: dict[str, Any], *, folder: Path, size: int) -> Any:
    seconds = 120 + size // _BYTES_A_SECOND
    limits = sandbox.Limits(
        seconds=seconds, cpu_seconds=seconds, file_size=max(sandbox.Limits.file_size, size + (1 << 20))
    )
    try:
        return sandbox.run(function, arguments, folder=folder, limits=limits)
    except Refusal as refusal:
        raise Hopeless(refusal.code) from refusal
    except FileNotFoundError as error:
        raise Hopeless("damaged: the stored bytes are gone") from error


def _stored(row: Rendition, path: Path) -> Rendition:
    row.uncredited_sha256 = row.uncredited_sha256 or row.sha256
    told = storage.fingerprint(path)
    row.size, row.sha256, row.crc32 = told.size, told.sha256, told.crc32
    row.storage_name = storage.store(path, folder=storage.RENDITIONS)
    return row


def _commit(
    claim: Claim, *, file: StoredFile, dress: Dress, before: set[tuple[int, str]], made: list[Rendition]
) -> None:
    with claim.commit():
        held = StoredFile.objects.select_for_update().defer("extracted").get(pk=file.pk)
        if dress_of(held) != dress or set(held.renditions.values_list("pk", "storage_name")) != before:
            raise Overtaken(file.pk)
        known = [row for row in made if row.pk]
        Rendition.objects.bulk_update(known, _CHANGED)
        Rendition.objects.bulk_create([row for row in made if not row.pk])
        held.dressed = dress.digest
        held.properties = {**held.properties, "focus": dress.focus}
        held.save(update_fields=["dressed", "properties"])
        shown_by = Asset.objects.filter(file=held, resource__live=True).values_list("resource_id", flat=True)
        if made:
            changes.record(resource_ids=shown_by, why="file dressed")


_CHANGED = ["uncredited_sha256", "size", "sha256", "crc32", "storage_name", "width", "height"]
