"""Whose a lightbox is: the account's, or the visit's in which it was begun.

The keys of a visit's lightboxes stand in its session. Who signs in there takes them along; signing out ends the
session, and with it leaves nothing to the next person at the desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from cms.newsroom.models import Kit, Lightbox, ShareLink

HELD = "lightboxes"
IN_HAND = "lightbox"
"""Names within the session: keys of the visit's lightboxes, and of the one that takes what is chosen next."""
MOST = 50
"""Lightboxes that one account or one visit may have at a time."""
FORGOTTEN_AFTER = timedelta(days=30)
"""A visit's lightbox since its last change, and anyone's since it was deleted."""


class TooMany(Exception):
    """There are :data:`MOST` lightboxes already."""


def mine(request: HttpRequest) -> QuerySet[Lightbox]:
    """Every lightbox that may be opened and changed here, deleted ones included."""
    keys = request.session.get(HELD, [])
    if not request.user.is_authenticated:
        return Lightbox.objects.filter(key__in=keys, owner=None)
    if keys:
        Lightbox.objects.filter(key__in=keys, owner=None).update(owner=request.user)
        del request.session[HELD]
    return Lightbox.objects.filter(owner=request.user)


def kept(request: HttpRequest) -> QuerySet[Lightbox]:
    """:func:`mine` without what was deleted, the one changed last first."""
    return mine(request).filter(deleted_at=None).order_by("-changed_at", "-pk")


def in_hand(request: HttpRequest) -> Lightbox | None:
    """The lightbox that takes what is chosen next."""
    if not request.user.is_authenticated and not request.session.get(HELD):
        return None
    boxes = kept(request)
    return boxes.filter(key=request.session.get(IN_HAND, "")).first() or boxes.first()


def begin(request: HttpRequest, *, at: datetime, title: str = "") -> Lightbox:
    """A new lightbox, taken in hand. Raises :class:`TooMany`."""
    if kept(request).count() >= MOST:
        raise TooMany
    user = request.user if request.user.is_authenticated else None
    told = title or gettext("Collected on %(date)s") % {"date": f"{timezone.localtime(at):%d/%m/%Y}"}
    box = Lightbox.objects.create(owner=user, title=told, created_at=at, changed_at=at)
    if user is None:
        request.session[HELD] = [*request.session.get(HELD, []), box.key]
    take_in_hand(request, box)
    return box


def take_in_hand(request: HttpRequest, box: Lightbox) -> None:
    request.session[IN_HAND] = box.key


class Sweep:
    """A step of the scheduler: :func:`forget`, once in an hour. A clock that was set back does not keep it."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def sweep(self, at: datetime) -> int:
        """Returns how many rows were forgotten."""
        if self._last is not None and timedelta() <= at - self._last < timedelta(hours=1):
            return 0
        self._last = at
        return forget(at)


def forget(at: datetime) -> int:
    """What visits left behind and what was deleted goes; so do ended kits."""
    left = Q(owner=None, changed_at__lt=at - FORGOTTEN_AFTER)
    shared = ShareLink.objects.filter(lightbox=OuterRef("pk"), revoked_at=None, expires_at__gt=at)
    deleted = Q(deleted_at__lt=at - FORGOTTEN_AFTER)
    ended = Lightbox.objects.filter(left & ~Exists(shared) | deleted)
    keys = list(ended.values_list("pk", flat=True)[:500])
    gone = Lightbox.objects.filter(pk__in=keys).delete()[0] if keys else 0
    kits = list(Kit.objects.filter(expires_at__lt=at - FORGOTTEN_AFTER).values_list("pk", flat=True)[:500])
    return gone + (Kit.objects.filter(pk__in=kits).delete()[0] if kits else 0)
