"""What a batch asks of resumable uploads: one for each file still to come, and word when it is here."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from media_library.editing.batch import places
from media_library.intake import uploads
from media_library.intake.upload_metadata import parse
from media_library.models import BatchPlace, Upload, UploadState
from media_library.placing import SPOKEN


def by_token(tokens: Iterable[str], *, at: datetime) -> dict[str, Upload]:
    """Uploads by their token, in one query; none for one that has expired."""
    wanted = [token for token in tokens if token]
    if not wanted:
        return {}
    alive = ~Q(state=UploadState.RECEIVING, expires_at__lte=at)
    return {upload.token: upload for upload in Upload.objects.filter(alive, token__in=wanted)}


def begin(*, place: BatchPlace, sha256: str, by: Any, at: datetime) -> Upload:
    """The upload for ``place``: the one begun before where it may be gone on with, else a new one.

    Raises :class:`~media_library.intake.rejection.Rejected` before a byte is sent.
    """
    former = by_token([place.upload_token], at=at).get(place.upload_token)
    if former is not None and former.by == by and former.state != UploadState.REFUSED:
        return former
    told = parse(_header(place, sha256))
    upload = uploads.create(told=told, length=place.size, by=by, at=at)
    place.upload_token = upload.token
    place.save(update_fields=["upload_token"])
    return upload


def address(upload: Upload) -> str:
    """Where the browser sends the bytes."""
    return reverse("media_library:upload", args=[upload.token])


def _header(place: BatchPlace, sha256: str) -> str:
    """The same as the browser would say it (``Upload-Metadata`` of tus 1.0.0)."""
    pairs = {
        "filename": place.name,
        "path": place.path,
        "agency": str(place.batch.agency_id),
        "sha256": sha256,
        "batch": place.batch.token,
        "role": place.role if place.role in SPOKEN else "",
    }
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items() if value
    )


def taken(sender: Any, upload: Upload, at: datetime, **kwargs: Any) -> None:
    """Receiver of :data:`media_library.intake.uploads.taken`: in its transaction the draft is made."""
    place = BatchPlace.objects.filter(upload_token=upload.token).first()
    if place is not None and upload.file is not None:
        places.arrive(place=place, file=upload.file, by=upload.by, at=at)


def connect() -> None:
    uploads.taken.connect(taken, dispatch_uid="kho57.batch")
