"""A draft for a file of a batch: what its content, its name and the batch tell, and nothing more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale

from media_library import kinds
from media_library.editing.batch import description
from media_library.editing.batch.titles import tells_nothing, title_from
from media_library.kinds import EXTENSIONS, Kind, Role
from media_library.models import Asset, Batch, BatchPlace, Fate, Resource, StoredFile
from media_library.text import clean_line


def kind_of(media_type: str, *, pictures: str) -> str:
    """The kind of resource whose main file is of ``media_type``; ``pictures``: what pictures are here.

    Raises :class:`LookupError` where no kind takes it.
    """
    kind = kinds.kind_of(media_type)
    return pictures if kind == Kind.PHOTO else kind.value


def kind_by_ending(name: str, *, pictures: str) -> str | None:
    """The kind that the ending of ``name`` promises; ``""`` without an ending, None for one not taken."""
    stem, dot, ending = name.rpartition(".")
    if not (stem and dot):
        return ""
    for media_type, endings in EXTENSIONS.items():
        if f".{ending.lower()}" in endings:
            try:
                return kind_of(media_type, pictures=pictures)
            except LookupError:
                return None
    return None


@transaction.atomic
def make_draft(*, place: BatchPlace, file: StoredFile, by: Any, at: datetime) -> Resource:
    """The draft for ``file`` at ``place``, made as the editing form makes one: a row, a revision, a log entry.

    What was typed before the file was left out comes back.
    """
    batch = place.batch
    values = description.shared(batch) | place.kept
    kind = kind_of(file.media_type, pictures=values["kind"])
    resource = Resource(
        kind=kind,
        title=values.get("title") or _title(place, file),
        agency=batch.agency,
        locale=Locale.objects.get(language_code=batch.language),
        created_by=by,
        created_at=at,
        live=False,
    )
    for name in description.FIELDS:
        if name != "kind" and description.has(kind, name):
            description.put(resource, name, values[name])
    resource.summary = resource.summary or clean_line(_embedded(file, "caption"))[:300]
    resource.credit_line = resource.credit_line or clean_line(_embedded(file, "credit"))[:300]
    resource.assets.add(Asset(role=Role.ORIGINAL, file=file, alt=values.get("alt", ""), sort_order=0))
    resource.full_clean()
    resource.save()
    resource.save_revision(user=by, clean=False)
    log(instance=resource, action="wagtail.create", user=by, content_changed=True)
    _remember(place, file=file, resource=resource, batch=batch)
    return resource


def _remember(place: BatchPlace, *, file: StoredFile, resource: Resource, batch: Batch) -> None:
    place.file, place.sha256, place.resource = file, file.sha256, resource
    place.fate, place.problem = Fate.DRAFT, ""
    place.applied, place.kept = description.shared(batch), {}
    place.save()


def _title(place: BatchPlace, file: StoredFile) -> str:
    written = clean_line(_embedded(file, "title"))[:200]
    return written if written and not tells_nothing(written) else title_from(place.name)


def _embedded(file: StoredFile, name: str) -> str:
    """What the file itself says of ``name``, where it was read."""
    told = file.properties.get("embedded")
    entry = told.get(name) if isinstance(told, dict) else None
    value = entry.get("value") if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""
