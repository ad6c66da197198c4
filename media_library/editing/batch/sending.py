"""Handing in what is complete, a few at a time; the rest says what it lacks. Running it again does no harm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from media_library import publishing
from media_library.editing import letters
from media_library.editing.batch import letter
from media_library.editing.batch.titles import tells_nothing
from media_library.editing.submitting import submit
from media_library.models import BatchPlace, Fate, Resource, State


@dataclass(frozen=True)
class Sent:
    """What one round did: places handed in now, and those that stay drafts, with the reason where it is
    not one of the gaps that their rows show."""

    handed_in: tuple[int, ...]
    staying: dict[int, str]
    more: bool = False
    """The limit was reached before the last place."""


def send(places: Iterable[BatchPlace], *, by: Any, at: datetime, limit: int = 1000) -> Sent:
    """Hand in the drafts of ``places``, each in a transaction of its own, at most ``limit``.

    Who approves gets one letter for the batch, not one for each file.
    """
    handed_in: list[int] = []
    staying: dict[int, str] = {}
    batches, more = set(), False
    with letters.held():
        for place in places:
            if place.fate != Fate.DRAFT or not place.resource_id:
                continue
            if more := len(handed_in) >= limit:
                break
            try:
                if _hand_in(place, by=by, at=at):
                    handed_in.append(place.pk)
                    batches.add(place.batch_id)
            except publishing.PublicationRefused:
                staying[place.pk] = ""
            except publishing.PublishingError as refusal:
                staying[place.pk] = str(refusal)
    for pk in batches:
        letter.announce(batch=pk, at=at)
    return Sent(tuple(handed_in), staying, more)


def _hand_in(place: BatchPlace, *, by: Any, at: datetime) -> bool:
    """False where it is on its way already. Raises :class:`publishing.PublishingError`."""
    with transaction.atomic():
        row = Resource.objects.select_for_update().get(pk=place.resource_id or 0)
        if row.state(at) != State.DRAFT:
            return False
        if tells_nothing(row.get_latest_revision_as_object().title):
            raise publishing.PublicationRefused([])
        submit(resource=row, by=by)
        return True
