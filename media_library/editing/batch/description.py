"""The description that the files of a batch share, as plain values; and how it comes into a draft.

A draft's field that no longer holds what the batch wrote there was changed alone: it is left as it is unless
the person says so. Who changed it, and on which screen, does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from media_library import publishing
from media_library.kinds import Kind, rule_for
from media_library.models import Batch, BatchPlace, Resource
from media_library.models.batch import PICTURE_KINDS
from media_library.models.vocabulary import ResourceAudience, ResourceTopic

TEXTS = ("summary", "licence", "credit_line")
TERMS = {"audiences": ("audience_uses", ResourceAudience), "topics": ("topic_uses", ResourceTopic)}
FIELDS = (*TEXTS, *TERMS, "campaign", "embargo_until", "kind", "spoken")
"""``kind`` of pictures only: photo or infographic; ``spoken`` of films and sounds only."""

_PICTURES = {kind for kind, _label in PICTURE_KINDS}


@dataclass(frozen=True)
class Applied:
    """What applying did to one draft: whether anything was written, and which fields were left alone."""

    written: bool
    left_alone: tuple[str, ...]


def shared(batch: Batch) -> dict[str, Any]:
    """The description of ``batch`` as values that JSON can hold."""
    return {
        "summary": batch.summary,
        "licence": batch.licence,
        "credit_line": batch.credit_line,
        "audiences": sorted(term.pk for term in batch.audiences.all()),
        "topics": sorted(term.pk for term in batch.topics.all()),
        "campaign": batch.campaign_id,
        "embargo_until": as_text(batch.embargo_until),
        "kind": batch.picture_kind,
        "spoken": batch.spoken or batch.language,
    }


def value_of(draft: Resource, name: str) -> Any:
    """What ``draft`` holds in the field ``name`` of :data:`FIELDS`."""
    if name in TERMS:
        return sorted(use.tag_id for use in getattr(draft, TERMS[name][0]).all())
    if name == "campaign":
        return draft.campaign_id
    if name == "embargo_until":
        return as_text(draft.embargo_until)
    return getattr(draft, name)


def put(draft: Resource, name: str, value: Any) -> None:
    """Write ``value`` into the field ``name`` of ``draft``; asks no query."""
    if name in TERMS:
        relation, through = TERMS[name]
        setattr(draft, relation, [through(tag_id=pk) for pk in value])
    elif name == "campaign":
        draft.campaign_id = value
    elif name == "embargo_until":
        draft.embargo_until = parse_datetime(value) if value else None
    else:
        setattr(draft, name, value)


def apply(*, place: BatchPlace, values: Mapping[str, Any], by: Any, force: bool = False) -> Applied:
    """Bring the shared description into the draft at ``place``. Running it again writes nothing.

    ``force``: also into fields that were changed alone. Raises :class:`publishing.Locked` where somebody
    holds the draft, and for what was handed in or published already: that is changed one by one.
    """
    with transaction.atomic():
        row = Resource.objects.select_for_update().get(pk=place.resource_id or 0)
        draft = row.get_latest_revision_as_object()
        changes, alone = _differences(place, draft, values, force=force)
        if changes:
            if row.first_published_at is not None or row.workflow_in_progress:
                raise publishing.Locked(_("It was handed in already."))
            refuse_locked(row, by)
            for name, value in changes.items():
                put(draft, name, value)
            save(row, draft, by=by)
        kept = {name: value for name, value in values.items() if name not in alone}
        if place.applied != place.applied | kept:
            place.applied |= kept
            place.save(update_fields=["applied"])
    return Applied(written=bool(changes), left_alone=tuple(alone))


def _differences(
    place: BatchPlace, draft: Resource, values: Mapping[str, Any], *, force: bool
) -> tuple[dict[str, Any], list[str]]:
    changes, alone = {}, []
    for name, value in values.items():
        if not has(draft.kind, name):
            continue
        present = value_of(draft, name)
        if present == value:
            continue
        if not force and present != place.applied.get(name, present):
            alone.append(name)
        else:
            changes[name] = value
    return changes, alone


def has(kind: str, name: str) -> bool:
    """Whether a resource of ``kind`` has the field."""
    if name == "spoken":
        return rule_for(kind).needs_words
    return name != "kind" or kind in _PICTURES


def refuse_locked(row: Resource, by: Any) -> None:
    """Raise :class:`publishing.Locked` where ``by`` may not change the draft now."""
    lock = row.get_lock()
    if lock is not None and lock.for_user(by):
        raise publishing.Locked(_("It waits for approval already, or somebody has locked it."))


def save(row: Resource, draft: Resource, *, by: Any) -> None:
    """Keep ``draft`` as the newest revision. The kind belongs to the row, and changes only before the
    first publication."""
    if draft.kind != row.kind and row.first_published_at is None:
        Resource.objects.filter(pk=row.pk).update(kind=draft.kind)
    draft.normalise()
    draft.save_revision(user=by, log_action=True, clean=False)


def as_text(at: datetime | None) -> str:
    """A time as the values hold it: UTC in ISO 8601, empty for none."""
    return at.astimezone(UTC).isoformat() if at else ""


def picture(kind: str) -> bool:
    """Whether ``kind`` is one of pictures, between which a person may choose."""
    return Kind(kind) in _PICTURES
