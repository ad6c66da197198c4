"""One field of one draft, saved from the grid: only over what the person has seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from media_library import speech
from media_library.editing.batch import description
from media_library.kinds import Role
from media_library.models import LICENCES, Audience, BatchPlace, Campaign, Resource, Topic
from media_library.text import clean_line, nfc

_LIMITS = {"title": 200, "alt": 500, "summary": 300, "credit_line": 300}
CELLS = ("title", "alt", *description.FIELDS)


class Unfit(Exception):
    """A value that the field does not take; ``str()`` is for the person."""


class ChangedMeanwhile(Exception):
    """The field holds something else than the person saw: ``value``."""

    def __init__(self, value: Any) -> None:
        super().__init__(_("Somebody else has changed this meanwhile. Nothing was overwritten."))
        self.value = value


@transaction.atomic
def save_cell(*, place: BatchPlace, name: str, value: Any, was: Any, by: Any) -> Any:
    """Write ``value`` into the field ``name`` of the newest draft at ``place`` and return what it now holds.

    ``was``: what the person saw there. Raises :class:`Unfit`, :class:`ChangedMeanwhile` and
    :class:`publishing.Locked`; nothing is then written.
    """
    row = Resource.objects.select_for_update().get(pk=place.resource_id or 0)
    draft = row.get_latest_revision_as_object()
    fitting = _fitting(draft, name, value)
    present = read(draft, name)
    if present == fitting:
        return present
    if present != _compared(name, was):
        raise ChangedMeanwhile(present)
    description.refuse_locked(row, by)
    _write(draft, name, fitting)
    description.save(row, draft, by=by)
    return fitting


def read(draft: Resource, name: str) -> Any:
    """What ``draft`` holds in a field of :data:`CELLS`."""
    if name == "title":
        return draft.title
    if name == "alt":
        return draft.original.alt if draft.original else ""
    return description.value_of(draft, name)


def _write(draft: Resource, name: str, value: Any) -> None:
    if name == "title":
        draft.title = value
    elif name == "alt":
        assets = list(draft.assets.all())  # one row read twice is two objects
        for asset in assets:
            if asset.role == Role.ORIGINAL:
                asset.alt = value
        draft.assets.set(assets)
    else:
        description.put(draft, name, value)


def _fitting(draft: Resource, name: str, value: Any) -> Any:
    """``value`` as the field keeps it. Raises :class:`Unfit`."""
    if name in _LIMITS:
        return _text(name, value)
    if name in description.TERMS:
        return _terms(Audience if name == "audiences" else Topic, value)
    if name == "embargo_until":
        return _moment(draft, value)
    if name == "spoken":
        return _languages(draft, value)
    if name == "campaign":
        if value is not None and not (_is_key(value) and Campaign.objects.filter(pk=value).exists()):
            raise Unfit(_("Choose one from the list."))
        return value
    known = LICENCES if name == "licence" else ("photo", "infographic")
    if (
        not isinstance(value, str)
        or value not in known
        or (name == "kind" and not description.picture(draft.kind))
    ):
        raise Unfit(_("Choose one from the list."))
    return value


def _text(name: str, value: Any) -> str:
    text = clean_line(value) if isinstance(value, str) else ""
    if name == "title" and not text:
        raise Unfit(_("Give it a title."))
    if len(text) > _LIMITS[name]:
        told = _("At most %(most)s characters; these are %(number)s.")
        raise Unfit(told % {"most": _LIMITS[name], "number": len(text)})
    return text


def _is_key(value: Any) -> bool:
    return isinstance(value, int) and 0 < value < 1 << 63


def _terms(model: Any, value: Any) -> list[int]:
    keys = sorted({key for key in value if _is_key(key)}) if isinstance(value, list) else []
    if model.objects.filter(pk__in=keys).count() != len(keys):
        raise Unfit(_("Choose one from the list."))
    return keys


def _moment(draft: Resource, value: Any) -> str:
    if not value:
        return ""
    try:
        at = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None:
        raise Unfit(_("Write a date and a time, for example 10/10/2026 08:00."))
    aware: datetime = at if timezone.is_aware(at) else timezone.make_aware(at)
    if draft.expire_at and draft.expire_at <= aware:
        raise Unfit(_("The expiry must lie after the end of the embargo."))
    return description.as_text(aware)


def _languages(draft: Resource, value: Any) -> str:
    if not isinstance(value, str) or not description.has(draft.kind, "spoken"):
        raise Unfit(_("Choose one from the list."))
    try:
        return speech.written(value.split())
    except ValidationError as wrong:
        raise Unfit(wrong.messages[0]) from wrong


def _compared(name: str, was: Any) -> Any:
    """What the browser saw, in the form in which it is kept."""
    if name in description.TERMS:
        return sorted(was) if isinstance(was, list) else []
    return nfc(was) if isinstance(was, str) else was
