"""Fingerprints of stored files: of pictures with their renditions, of the rest by a job of its own.

:func:`after` is called by the pipeline in the transaction that ends its work. ``manage.py fingerprints`` does
the same for files that were stored before (:func:`backfill`).
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from media_library.files import storage
from media_library.intake import alike, nearness
from media_library.models import Fingerprint, Likeness, ProcessingState, StoredFile
from media_library.processing import jobs, sandbox
from media_library.processing.converting import SHOWN_AS_PDF
from media_library.processing.jobs import Claim
from media_library.processing.refusal import Refusal

FINGERPRINT = "fingerprint_file"
_TEXTS = ("application/pdf", "text/vtt", "application/x-subrip", "text/plain")
_HOUR = 3600


def after(file: StoredFile, *, made: dict[str, Any], at: datetime) -> None:
    """``file`` is prepared: keep the marks of a picture, order what takes longer. In its transaction."""
    if "marks" in made:
        _keep_picture(file, made["marks"])
    elif _scheme(file):
        order(file, at=at)


def order(file: StoredFile, *, at: datetime) -> None:
    """Queue the fingerprint of ``file``, once."""
    jobs.enqueue(kind=FINGERPRINT, key=f"{FINGERPRINT}:{file.pk}", payload={"file": file.pk}, at=at)


def _keep_picture(file: StoredFile, marks: dict[str, str]) -> None:
    alike.keep(file, scheme=Likeness.PICTURE, marks=marks)
    transaction.on_commit(lambda: alike.pair(file), robust=True)


def _scheme(file: StoredFile) -> str:
    """What sort of fingerprint ``file`` gets; empty for none."""
    if file.media_type in _TEXTS or file.properties.get(SHOWN_AS_PDF):
        return Likeness.TEXT
    by_main_type = {"image": Likeness.PICTURE, "video": Likeness.FILM, "audio": Likeness.SOUND}
    return by_main_type.get(file.main_type, "")


@jobs.handles(FINGERPRINT)
def fingerprint_file(claim: Claim, at: datetime) -> None:
    """Take the fingerprint of the stored file in ``claim.payload["file"]`` and look for what is alike.

    A file that cannot be opened has none; that is told where it is prepared, not here.
    """
    file = StoredFile.objects.filter(pk=claim.payload["file"]).first()
    scheme = _scheme(file) if file else ""
    marks = _marks(file, scheme) if file and scheme else None
    with claim.commit():
        if file and scheme:
            alike.keep(file, scheme=scheme, marks=marks)
    if file and marks:
        alike.pair(file)


def _marks(file: StoredFile, scheme: str) -> Any:
    if scheme == Likeness.TEXT:
        return nearness.text_marks(nearness.words_of(file.extracted))
    arguments = {"media_type": file.media_type}
    seconds = int(min(_HOUR, 60 + (file.duration or 0)))
    limits = sandbox.Limits(seconds=seconds, cpu_seconds=2 * seconds)
    with (
        contextlib.suppress(Refusal, FileNotFoundError),
        sandbox.workspace(storage.work_folder()) as folder,
        storage.local_copy(file.storage_name, workspace=folder) as source,
    ):
        arguments["source"] = str(source)
        return sandbox.run(_FUNCTIONS[scheme], arguments, folder=folder, limits=limits)
    return None


_FUNCTIONS: dict[str, str] = {
    Likeness.PICTURE: "media_library.processing.marks:of_picture",
    Likeness.FILM: "media_library.processing.marks:of_film",
    Likeness.SOUND: "media_library.processing.marks:of_sound",
}


def lacking() -> QuerySet[StoredFile]:
    """Prepared files that have no fingerprint though their type gets one, oldest first."""
    kinds = Q(media_type__in=_TEXTS) | Q(**{f"properties__{SHOWN_AS_PDF}": True})
    for main_type in ("image/", "video/", "audio/"):
        kinds |= Q(media_type__startswith=main_type)
    ready = StoredFile.objects.filter(kinds, processing_state=ProcessingState.READY)
    return ready.exclude(pk__in=Fingerprint.objects.values("file_id")).defer("extracted").order_by("pk")


def backfill(*, at: datetime) -> int:
    """Queue the fingerprints that are lacking; returns how many. What was tried before is not tried again."""
    ordered = 0
    for file in lacking().iterator(chunk_size=500):
        order(file, at=at)
        ordered += 1
    return ordered


def pair_again() -> int:
    """Look anew for what is alike, for every fingerprint there is; returns how many pairs there are of it."""
    files = StoredFile.objects.filter(fingerprints__isnull=False).defer("extracted").order_by("pk").distinct()
    return sum(alike.pair(file) for file in files.iterator(chunk_size=500))


def forget() -> int:
    """Remove every fingerprint and every pair; what people said of pairs stays. Returns how many files."""
    from media_library.models import AlikePair, Job

    with transaction.atomic():
        AlikePair.objects.all().delete()
        Job.objects.filter(kind=FINGERPRINT).delete()
        return Fingerprint.objects.all().delete()[0]
