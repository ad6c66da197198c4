"""What is done to a lightbox. Each act is one transaction; times are passed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from cms.newsroom.models import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.lightbox import LONGEST_NOTE, LONGEST_TITLE, new_key
from media_library import access
from media_library.models import Resource
from media_library.text import clean_line, nfc

MOST = 200
"""Resources in one lightbox."""
SHARED_FOR = (1, 7, 30)
"""Days for which a link may be given out."""


class NotOpened(Exception):
    """Whoever asks may not show a lightbox to everyone."""


class Full(Exception):
    """There are :data:`MOST` resources in it already."""


def choose(box: Lightbox, resource: Resource, *, at: datetime, place: int | None = None) -> LightboxEntry:
    """``resource`` at the end of ``box``, or where it was before it was left out; a second time it stays.

    Raises :class:`Full`.
    """
    with transaction.atomic():
        _changed(box, at)
        found = box.entries.filter(resource=resource).first()
        if found is not None:
            return found
        if box.entries.count() >= MOST:
            raise Full
        last = box.entries.aggregate(last=Max("place"))["last"]
        entry = box.entries.create(resource=resource, place=0 if last is None else last + 1)
        if place is not None:
            order = [one for one in box.entries.values_list("pk", flat=True) if one != entry.pk]
            order.insert(max(0, place), entry.pk)
            _put(box, order)
        return entry


def leave_out(box: Lightbox, *, public_id: str, at: datetime) -> int | None:
    """Take a resource out; returns where it stood, from 0, or None where it was not there."""
    with transaction.atomic():
        _changed(box, at)
        ids = list(box.entries.values_list("resource__public_id", flat=True))
        box.entries.filter(resource__public_id=public_id).delete()
        return ids.index(public_id) if public_id in ids else None


def arrange(box: Lightbox, public_ids: Iterable[str], *, at: datetime) -> None:
    """Put the named resources first, in this order; those that are not named follow as they stood."""
    with transaction.atomic():
        _changed(box, at)
        rows = {one: pk for pk, one in box.entries.values_list("pk", "resource__public_id")}
        named = [rows.pop(one) for one in dict.fromkeys(public_ids) if one in rows]
        _put(box, [*named, *rows.values()])


def shift(box: Lightbox, *, public_id: str, by: int, at: datetime) -> None:
    """Move a resource by ``by`` places, as far as there are places."""
    ids = list(box.entries.values_list("resource__public_id", flat=True))
    if public_id in ids:
        place = max(0, min(len(ids) - 1, ids.index(public_id) + by))
        ids.remove(public_id)
        ids.insert(place, public_id)
        arrange(box, ids, at=at)


def note(box: Lightbox, *, public_id: str, text: str, at: datetime) -> None:
    with transaction.atomic():
        _changed(box, at)
        told = nfc(text).strip()[:LONGEST_NOTE]
        box.entries.filter(resource__public_id=public_id).update(note=told)


def remember_chosen(box: Lightbox, chosen: dict[str, list[str]]) -> None:
    """The offers that were last chosen of each resource, by public id."""
    with transaction.atomic():
        for entry in box.entries.select_related("resource").only("chosen", "resource__public_id"):
            keys = chosen.get(entry.resource.public_id, [])
            if entry.chosen != keys:
                LightboxEntry.objects.filter(pk=entry.pk).update(chosen=keys)


def rename(box: Lightbox, title: str, *, at: datetime) -> None:
    """A name of nothing but spaces changes nothing."""
    told = clean_line(title)[:LONGEST_TITLE]
    if told:
        Lightbox.objects.filter(pk=box.pk).update(title=told, changed_at=at)


def delete(box: Lightbox, *, at: datetime) -> None:
    """Out of sight at once, its links as well; it can be restored until it is forgotten."""
    Lightbox.objects.filter(pk=box.pk).update(deleted_at=at)


def restore(box: Lightbox, *, at: datetime) -> None:
    Lightbox.objects.filter(pk=box.pk).update(deleted_at=None, changed_at=at)


def share(box: Lightbox, *, days: int, at: datetime) -> ShareLink:
    """A new link; other than one of :data:`SHARED_FOR` is taken as the nearest."""
    allowed = min(SHARED_FOR, key=lambda each: abs(each - days))
    return box.links.create(created_at=at, expires_at=at + timedelta(days=allowed))


def revoke(box: Lightbox, *, token: str, at: datetime) -> None:
    box.links.filter(token=token, revoked_at=None).update(revoked_at=at)


def open_to_all(box: Lightbox, *, by: Any, at: datetime) -> None:
    """Give ``box`` a page and feeds for everyone; the address stays the same when it was open before.

    Raises :class:`NotOpened` where :func:`media_library.access.may_open_lists` says no, or it is not theirs.
    """
    if box.owner_id is None or box.owner_id != by.pk or not access.may_open_lists(by):
        raise NotOpened
    closed = Lightbox.objects.filter(pk=box.pk, public_since=None)
    closed.filter(public_code="").update(public_code=new_key(), public_since=at)
    closed.update(public_since=at)


def close(box: Lightbox) -> None:
    """Its page and feeds answer that there is nothing."""
    Lightbox.objects.filter(pk=box.pk).update(public_since=None)


def opened(code: str) -> Lightbox | None:
    """The lightbox that everyone may see at ``code``: not deleted, and its owner's account in use."""
    boxes = Lightbox.objects.filter(public_since__isnull=False, deleted_at=None, owner__is_active=True)
    return boxes.filter(public_code=code).first() if code else None


def _changed(box: Lightbox, at: datetime) -> None:
    """Also holds its row, so that two acts on one lightbox follow each other."""
    Lightbox.objects.filter(pk=box.pk).update(changed_at=at)


def _put(box: Lightbox, order: Iterable[int]) -> None:
    for place, pk in enumerate(order):
        box.entries.filter(pk=pk).exclude(place=place).update(place=place)
