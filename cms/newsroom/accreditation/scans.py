"""A picture or PDF of a press card: looked at in the sandbox, kept privately, gone with the request."""

from __future__ import annotations

from typing import Any

from cms.newsroom.models import Accreditation
from media_library.files import storage
from media_library.intake.inspection import inspect
from media_library.intake.receive import receive
from media_library.processing import sandbox

FOLDER = "press-cards"
TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
LARGEST = 8 * 1024 * 1024
"""Bytes: a photograph from a telephone."""


def keep(row: Accreditation, upload: Any) -> None:
    """Take ``upload`` in the place of an earlier one. Raises :class:`media_library.intake.rejection.Rejected`."""
    with sandbox.workspace(storage.work_folder()) as folder:
        path = folder / "card"
        measured = receive(stream=upload, target=path, limit=LARGEST)
        found = inspect(path=path, workspace=folder, accepted=TYPES)
        name = storage.store(path, folder=FOLDER)
    waiting = Accreditation.objects.filter(pk=row.pk, state=Accreditation.State.WAITING)
    kept = waiting.update(scan=name, scan_type=found.media_type, scan_size=measured.size)
    if superseded := row.scan if kept else name:
        storage.remove(superseded)
    row.refresh_from_db()
