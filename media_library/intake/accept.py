"""The one way in for a file: received, inspected, stored, its processing queued; or refused whole."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.defaultfilters import filesizeformat

from media_library.files import storage
from media_library.files.storage import Fingerprint
from media_library.intake.inspection import Inspection, inspect
from media_library.intake.names import checked_name
from media_library.intake.receive import receive
from media_library.intake.rejection import Rejected
from media_library.kinds import (
    CAPTIONS,
    CONVERTED,
    MAIN_TYPES,
    TRANSCRIPTS,
    Role,
    kind_of,
    most_bytes,
    rule_for,
)
from media_library.models import Agency, StoredFile
from media_library.processing import converting, pipeline, sandbox


def accept(
    *, stream: Any, name: str, kind: str, role: str = Role.ORIGINAL, agency: Agency, by: Any, at: datetime
) -> StoredFile:
    """Take a file for a resource of ``kind`` in ``role`` and return its row, still to be processed.

    ``stream`` is an upload of Django's, a binary file or chunks of bytes. Raises
    :class:`~media_library.intake.rejection.Rejected`, whose ``message`` is for the person; nothing is kept.
    """
    checked = checked_name(name)
    rule = rule_for(kind)
    if not rule.accepted(role):
        raise Rejected("not_taken_here")
    with sandbox.workspace(storage.work_folder()) as folder:
        path = folder / "received"
        fingerprint = receive(stream=stream, target=path, limit=rule.size_limit(role))
        received = Received(path=path, fingerprint=fingerprint, workspace=folder)
        return accept_received(received, name=checked, kind=kind, role=role, agency=agency, by=by, at=at)


@dataclass(frozen=True)
class Received:
    """A whole file at ``path`` in ``workspace``, where it may be opened in the sandbox."""

    path: Path
    fingerprint: Fingerprint
    workspace: Path

    def into_storage(self) -> str:
        """Move it into private storage; returns its name there."""
        return storage.store(self.path, folder=storage.ORIGINALS)


def accept_received(
    received: Received,
    *,
    name: str,
    kind: str,
    role: str = Role.ORIGINAL,
    agency: Agency,
    by: Any,
    at: datetime,
    store: Callable[[], str] | None = None,
    within: Callable[[StoredFile], None] | None = None,
) -> StoredFile:
    """As :func:`accept`, for a file that is here already; an empty ``kind`` is told from its content,
    unless the ``role`` is that of captions or a transcript, which every kind takes alike.

    ``store`` brings it into private storage (else it is moved there); ``within`` is called in the
    transaction of the new row.
    """
    accepted = _accepted(kind, role)
    inspection = inspect(path=received.path, workspace=received.workspace, accepted=accepted)
    if role == Role.ORIGINAL and inspection.media_type in CONVERTED:
        inspection = _shown_as_pdf(inspection)
    limit = _limit(kind, role, inspection)
    if received.fingerprint.size > limit:
        raise Rejected("too_large", limit=filesizeformat(limit))
    storage_name = _store(store or received.into_storage)
    try:
        with transaction.atomic():
            file = _record(
                storage_name=storage_name,
                name=name,
                fingerprint=received.fingerprint,
                inspection=inspection,
                agency=agency,
                by=by,
                at=at,
            )
            if within is not None:
                within(file)
            return file
    except BaseException:
        storage.remove(storage_name)
        raise


_WORDS = {Role.CAPTION.value: CAPTIONS, Role.TRANSCRIPT.value: TRANSCRIPTS}
"""What is taken in the roles that every kind takes alike."""


def _accepted(kind: str, role: str) -> tuple[str, ...]:
    if kind:
        return rule_for(kind).accepted(role)
    return _WORDS.get(role, MAIN_TYPES)


def _limit(kind: str, role: str, inspection: Inspection) -> int:
    if role in _WORDS and not kind:
        return most_bytes(role)
    return rule_for(kind or kind_of(inspection.media_type)).size_limit(role)


def _shown_as_pdf(inspection: Inspection) -> Inspection:
    """Slides or a text as a main file: the public sees the PDF that is made of it."""
    if not converting.available():
        raise Rejected("no_converter")
    return replace(inspection, properties={**inspection.properties, converting.SHOWN_AS_PDF: True})


def _store(store: Callable[[], str]) -> str:
    try:
        return store()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Rejected("storage_full") from error
        raise


def _record(
    *,
    storage_name: str,
    name: str,
    fingerprint: Fingerprint,
    inspection: Inspection,
    agency: Agency,
    by: Any,
    at: datetime,
) -> StoredFile:
    with transaction.atomic():
        file = StoredFile.objects.create(
            storage_name=storage_name,
            original_name=name,
            sha256=fingerprint.sha256,
            crc32=fingerprint.crc32,
            size=fingerprint.size,
            media_type=inspection.media_type,
            agency=agency,
            uploaded_by=by,
            created_at=at,
            width=inspection.width,
            height=inspection.height,
            duration=inspection.duration,
            pages=inspection.pages,
            properties=inspection.properties,
        )
        pipeline.order(file, at=at)
        return file
