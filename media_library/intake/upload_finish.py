"""The end of an upload: the whole is hashed, looked at like any other file, and taken in or refused.

The last request does it for small files, a worker for large ones; the order for it was written with the last
byte, so that it is done even if that request dies. It may be begun several times and ends once.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import translation

from media_library.files import storage
from media_library.intake import uploads
from media_library.intake.accept import Received, accept_received
from media_library.intake.parts import Kept, part_store
from media_library.intake.rejection import Rejected
from media_library.intake.upload_metadata import parse
from media_library.intake.upload_refusal import UploadRefused
from media_library.kinds import Role, kind_of
from media_library.models import Job, StoredFile, Upload, UploadState
from media_library.processing import jobs, sandbox
from media_library.processing.jobs import Claim

logger = logging.getLogger(__name__)

_PASSING = ("busy", "storage_full")
"""Not the file's fault: it is tried again before the person is asked to send everything once more."""


class NotNow(Exception):
    """The machine was too busy or too full; the file is still there."""


class _NoLongerWaiting(Exception):
    """It was finished by another, or cancelled."""


def finish_inline(upload: Upload, *, at: datetime) -> None:
    """Finish at once where the file is small; whatever goes wrong here is left to the worker."""
    if upload.state != UploadState.CHECKING or upload.length > uploads.INLINE:
        return
    try:
        finish(upload, at=at)
    except NotNow:
        logger.warning("upload_not_finished_inline", extra={"upload": upload.pk})
    except Exception:
        logger.exception("upload_not_finished_inline", extra={"upload": upload.pk})


def finish(upload: Upload, *, at: datetime, last: bool = False) -> None:
    """Take the whole file in, or refuse it with a sentence. Does nothing for one that is at an end.

    Raises :class:`NotNow`, unless it is the ``last`` attempt.
    """
    try:
        _take(upload, at=at)
    except _NoLongerWaiting:
        return
    except Rejected as refusal:
        if refusal.code in _PASSING and not last:
            raise NotNow(refusal.code) from refusal
        _refuse(upload, refusal)
    part_store().discard(upload.token)


def _take(upload: Upload, *, at: datetime) -> None:
    store = part_store()
    with sandbox.workspace(storage.work_folder()) as folder:
        path = store.whole(upload, workspace=folder)
        fingerprint = storage.fingerprint(path)
        if fingerprint.size != upload.length:
            _go_on_from(upload, store.present(upload))
            raise _NoLongerWaiting
        if upload.sha256 and fingerprint.sha256 != upload.sha256:
            raise UploadRefused("upload_changed")

        def mark(file: StoredFile) -> None:
            _mark(upload, file, at=at)

        accept_received(
            Received(path=path, fingerprint=fingerprint, workspace=folder),
            name=upload.name,
            kind=upload.kind,
            role=parse(upload.metadata).role or Role.ORIGINAL,
            agency=upload.agency,
            by=upload.by,
            at=at,
            store=lambda: store.store(upload, path),
            within=mark,
        )


def _go_on_from(upload: Upload, there: Kept) -> None:
    """A disk lost what it had promised: the upload is open again, and its sender fills the gap."""
    if there.offset == upload.length:
        there = Kept(0)
    with transaction.atomic():
        waiting = Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKING)
        waiting.update(state=UploadState.RECEIVING, offset=there.offset, parts=there.parts)
        uploads.withdraw_order(upload)


def _mark(upload: Upload, file: StoredFile, *, at: datetime) -> None:
    """Within the transaction of the file's row: the upload is that file, and everyone concerned hears of it."""
    waiting = Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKING)
    told = parse(upload.metadata)
    kind = "" if told.role else upload.kind or kind_of(file.media_type)
    if not waiting.update(state=UploadState.TAKEN, file=file, kind=kind, problem=""):
        raise _NoLongerWaiting
    upload.state, upload.file, upload.kind = UploadState.TAKEN, file, kind
    uploads.taken.send(sender=Upload, upload=upload, told=told, at=at)
    uploads.withdraw_order(upload)


def _refuse(upload: Upload, refusal: Rejected) -> None:
    with translation.override(upload.language or None), transaction.atomic():
        waiting = Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKING)
        if waiting.update(state=UploadState.REFUSED, problem=refusal.message):
            upload.state, upload.problem, upload.file = UploadState.REFUSED, refusal.message, None
        uploads.withdraw_order(upload)


def _given_up(job: Job, error: str) -> None:
    """Every attempt failed by an error of ours: the person is told, and nothing waits for ever."""
    upload = Upload.objects.filter(pk=job.payload["upload"], state=UploadState.CHECKING).first()
    if upload is not None:
        _refuse(upload, Rejected("busy"))


@jobs.handles(uploads.FINISH, given_up=_given_up)
def finish_job(claim: Claim, at: datetime) -> None:
    upload = Upload.objects.filter(pk=claim.payload["upload"], state=UploadState.CHECKING).first()
    if upload is not None:
        finish(upload, at=at, last=claim.last)
    with claim.commit():
        pass
