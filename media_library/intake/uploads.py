"""Resumable uploads: begun, continued from where they stand, cancelled.

The bytes lie in a store of parts; the row says how many of them count. A part is written first, made durable,
and only then acknowledged in the row: whoever is killed on the way, the row never promises more than is there.
"""

from __future__ import annotations

import errno
import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils import translation

from media_library import access
from media_library.intake import upload_room
from media_library.intake.parts import Kept, PartStore, Writer, part_store
from media_library.intake.rejection import Rejected
from media_library.intake.upload_checksum import Checksum
from media_library.intake.upload_metadata import Told
from media_library.intake.upload_refusal import UploadRefused
from media_library.models import Agency, Job, JobState, Upload, UploadState
from media_library.processing import jobs

created = Signal()
"""Sent with ``upload``, ``told`` (:class:`~media_library.intake.upload_metadata.Told`) and ``at``, in the
transaction that begins an upload. A receiver may raise :class:`Rejected`: then nothing is begun."""

taken = Signal()
"""Sent with ``upload`` (its ``file`` set), ``told`` and ``at``, in the transaction that takes the file in.
A receiver may raise :class:`Rejected`: then the file is refused with that sentence."""

FINISH = "finish_upload"
INLINE = 64 << 20
"""Bytes up to which the last request itself takes the file in; larger ones are a worker's."""
GRACE = timedelta(seconds=60)
"""How long a worker leaves the finishing to the request that received the last byte."""
CHUNK = 64 * 1024
ACKNOWLEDGE_BYTES = 32 << 20
ACKNOWLEDGE_SECONDS = 2.0
"""While a long part arrives, what has come is acknowledged in the row after so much, or so long."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Stream(Protocol):
    """A request, or a binary file."""

    def read(self, size: int, /) -> bytes: ...


def create(*, told: Told, length: int, by: Any, at: datetime) -> Upload:
    """Begin an upload of ``length`` bytes. Raises :class:`Rejected` before a byte is sent."""
    with transaction.atomic():
        agency = _agency(told, by=by)
        upload_room.check(length=length, kind=told.kind, role=told.role, agency=agency, by=by, at=at)
        upload = Upload.objects.create(
            token=secrets.token_hex(20),
            by=by,
            agency=agency,
            kind=told.kind,
            name=told.name,
            path=told.path,
            metadata=told.header,
            sha256=told.sha256,
            language=translation.get_language() or "",
            length=length,
            created_at=at,
            expires_at=expiry(at),
        )
        created.send(sender=Upload, upload=upload, told=told, at=at)
    return upload


def expiry(at: datetime) -> datetime:
    """When an upload ends that nobody goes on with (``UPLOAD_EXPIRY``)."""
    return at + settings.UPLOAD_EXPIRY


def find(*, token: str, by: Any, at: datetime) -> Upload:
    """The upload of this person. Raises :class:`UploadRefused`; another's is as unknown as a missing one."""
    upload = Upload.objects.filter(token=token, by=by).select_related("file", "agency").first()
    if upload is None or not access.may_create_for(by, upload.agency):
        raise UploadRefused("upload_address")
    if upload.expires_at <= at and upload.state == UploadState.RECEIVING:
        raise UploadRefused("upload_expired")
    return upload


def present(upload: Upload) -> int:
    """The offset from which to go on: what is acknowledged and really there."""
    return part_store().present(upload).offset if upload.state == UploadState.RECEIVING else upload.offset


def receive(
    *, upload: Upload, offset: int, stream: Stream, length: int, checksum: Checksum | None, at: datetime
) -> Upload:
    """Take the next ``length`` bytes from ``stream``, which belong at ``offset``; returns the row after that.

    What arrives before the line breaks is kept, unless a ``checksum`` would have to hold for all of it.
    Raises :class:`UploadRefused` for another offset, for more than was announced, and while another
    request writes; :class:`Rejected` (``storage_full``).
    """
    if upload.state != UploadState.RECEIVING:
        _check_place(upload, offset=offset, length=length)
        return upload
    store = part_store()
    with store.alone(upload.token) as alone:
        if not alone:
            raise UploadRefused("upload_held")
        upload = _as_it_is(upload, store, at=at)
        _check_place(upload, offset=offset, length=length)
        if upload.state == UploadState.RECEIVING:
            upload_room.check_part(length)
            _receive(upload, store, _chunks(stream, length), checksum=checksum, at=at)
    return upload


def cancel(upload: Upload) -> None:
    """End an upload and remove its bytes. Raises :class:`UploadRefused` where the file was taken in."""
    with transaction.atomic():
        row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            return
        if row.state == UploadState.TAKEN:
            raise UploadRefused("upload_ended")
        row.delete()
    part_store().discard(row.token)


def _agency(told: Told, *, by: Any) -> Agency:
    agency = Agency.objects.select_for_update().filter(pk=told.agency).first() if told.agency else None
    if agency is None or not access.may_create_for(by, agency):
        raise UploadRefused("upload_agency")
    return agency


def _as_it_is(upload: Upload, store: PartStore, *, at: datetime) -> Upload:
    """The row of this moment, brought to what is really there."""
    row = Upload.objects.filter(pk=upload.pk).first()
    if row is None:
        raise UploadRefused("upload_address")
    if row.state == UploadState.RECEIVING and (there := store.present(row)).offset != row.offset:
        _acknowledge(row, there, at=at)
    return row


def _check_place(upload: Upload, *, offset: int, length: int) -> None:
    if offset != upload.offset:
        raise UploadRefused("upload_offset")
    if offset + length > upload.length:
        raise UploadRefused("upload_longer")


def _chunks(stream: Stream, length: int) -> Iterator[bytes]:
    """At most ``length`` bytes; ends early where the line breaks."""
    while length:
        try:
            chunk = stream.read(min(CHUNK, length))
        except OSError:
            return
        if not chunk:
            return
        length -= len(chunk)
        yield chunk


def _receive(
    upload: Upload, store: PartStore, chunks: Iterator[bytes], *, checksum: Checksum | None, at: datetime
) -> None:
    try:
        with store.writer(upload) as writer:
            if checksum is None:
                _write(upload, writer, chunks, at=at)
            else:
                _write_checked(writer, chunks, checksum)
            _acknowledge(upload, writer.settle(last=True), at=at)
    except OSError as error:
        if error.errno in _FULL:
            raise Rejected("storage_full") from error
        raise


def _write(upload: Upload, writer: Writer, chunks: Iterator[bytes], *, at: datetime) -> None:
    waiting, since = 0, time.monotonic()
    for chunk in chunks:
        writer.write(chunk)
        waiting += len(chunk)
        if waiting >= ACKNOWLEDGE_BYTES or time.monotonic() - since >= ACKNOWLEDGE_SECONDS:
            _acknowledge(upload, writer.settle(last=False), at=at)
            waiting, since = 0, time.monotonic()


def _write_checked(writer: Writer, chunks: Iterator[bytes], checksum: Checksum) -> None:
    """Nothing is acknowledged before all of it is known to be right."""
    fed = checksum.begin()
    for chunk in chunks:
        fed.update(chunk)
        writer.write(chunk)
    if not checksum.matches(fed):
        raise UploadRefused("upload_checksum")


def _acknowledge(upload: Upload, kept: Kept, *, at: datetime) -> None:
    """Bring the row to what is kept; with the last byte goes the order to finish."""
    if upload.state != UploadState.RECEIVING:
        return
    whole = kept.offset == upload.length
    state = UploadState.CHECKING if whole else UploadState.RECEIVING
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING, offset=upload.offset)
        if not mine.update(offset=kept.offset, parts=kept.parts, state=state, expires_at=expiry(at)):
            raise UploadRefused("upload_address")  # cancelled meanwhile
        if whole:
            _order_finish(upload, at=at + GRACE if upload.length <= INLINE else at)
    upload.offset, upload.parts, upload.state = kept.offset, kept.parts, state
    upload.expires_at = expiry(at)


def _order_finish(upload: Upload, *, at: datetime) -> None:
    """A job of its own for each time the last byte comes: a disk may have lost it since the first."""
    key = f"{FINISH}:{upload.pk}:{secrets.token_hex(4)}"
    jobs.enqueue(kind=FINISH, key=key, payload={"upload": upload.pk}, at=at)


def withdraw_order(upload: Upload) -> None:
    """Nobody need begin with what has ended."""
    mine = Job.objects.filter(kind=FINISH, state=JobState.QUEUED)
    mine.filter(key__startswith=f"{FINISH}:{upload.pk}:").delete()
