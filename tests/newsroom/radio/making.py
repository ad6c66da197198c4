"""Bulletins for tests, each of its own moment and length."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from media_library.models import Resource, StoredFile
from tests.factories import make_heard, make_published

MONDAY = datetime.fromisoformat("2026-11-23T06:30:00+07:00")


def bulletin(
    title: str, *, at: datetime = MONDAY, seconds: float = 90, sound: bool = True, **fields: Any
) -> Resource:
    """A published bulletin of ``seconds``, with its public copy."""
    row = make_published("podcast", title=title, at=at, **fields)
    assert row.original is not None
    StoredFile.objects.filter(pk=row.original.file_id).update(duration=seconds)
    if sound:
        make_heard(row, content=f"sound of {title}".encode())
    return Resource.objects.get(pk=row.pk)
