"""Whether there is room for a file, told before its bytes are sent: limits of the kind, quota, disk."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models import F, Sum
from django.template.defaultfilters import filesizeformat

from media_library.files import storage
from media_library.intake.rejection import Rejected
from media_library.intake.upload_refusal import UploadRefused
from media_library.kinds import RULES, Role, most_bytes, rule_for
from media_library.models import Agency, StoredFile, Upload, UploadState

OPEN_AT_ONCE = 2000
"""Uploads of one person that are not at an end: ten folders of 200 files."""
_OPEN = (UploadState.RECEIVING, UploadState.CHECKING)


def largest(kind: str = "", role: str = "") -> int:
    """Bytes of the largest main file of ``kind``, or of any kind; or of captions and transcripts."""
    if role in (Role.CAPTION, Role.TRANSCRIPT):
        return most_bytes(role)
    if kind:
        return rule_for(kind).size_limit()
    return max(rule.size_limit() for rule in RULES.values() if rule.accepts)


def check(*, length: int, kind: str, role: str = "", agency: Agency, by: Any, at: datetime) -> None:
    """Raise what speaks against another ``length`` bytes: ``empty``, ``too_large``, quota, disk, number.

    Within a transaction that holds the agency's row, so that two at once do not both get the last room.
    """
    if length == 0:
        raise Rejected("empty")
    if length > largest(kind, role):
        raise Rejected("too_large", limit=filesizeformat(largest(kind, role)))
    unfinished = Upload.objects.filter(state__in=_OPEN, expires_at__gt=at)
    if unfinished.filter(by=by).count() >= OPEN_AT_ONCE:
        raise UploadRefused("upload_many", limit=OPEN_AT_ONCE)
    _check_quota(length, agency, _sum(unfinished.filter(agency=agency), "length"))
    if _on_this_disk():
        promised = _sum(unfinished.filter(state=UploadState.RECEIVING), F("length") - F("offset"))
        check_disk(length + promised)
    else:
        check_disk(length)  # it comes here once, to be looked at


def check_part(length: int) -> None:
    """Raise ``storage_full`` where the next ``length`` bytes find no room."""
    if _on_this_disk():
        check_disk(length)


def check_disk(length: int) -> None:
    """Raise ``storage_full`` unless ``length`` bytes find room beside the reserve (``UPLOAD_RESERVE``)."""
    if shutil.disk_usage(Path(settings.DATA_DIR)).free - settings.UPLOAD_RESERVE < length:
        raise Rejected("storage_full")


def _on_this_disk() -> bool:
    return isinstance(storage.private_storage(), FileSystemStorage)


def _check_quota(length: int, agency: Agency, unfinished: int) -> None:
    quota: int = settings.UPLOAD_QUOTA
    if not quota:
        return
    stored = _sum(StoredFile.objects.filter(agency=agency), "size")
    if stored + unfinished + length > quota:
        raise UploadRefused("upload_quota", limit=filesizeformat(quota))


def _sum(rows: Any, what: Any) -> int:
    return rows.aggregate(sum=Sum(what))["sum"] or 0
