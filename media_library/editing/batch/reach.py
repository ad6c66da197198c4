"""Which batches a person reaches: those of the agencies whose resources they edit. Others are not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from media_library import access
from media_library.models import Batch, BatchPlace, Fate

ON_A_PAGE = 200
AT_ONCE = 20
"""Rows that one request works on; the page asks again for the rest and shows how far it is."""


def batch_or_404(request: HttpRequest, token: str) -> Batch:
    """The batch of an address. Raises :class:`Http404` beyond one's reach and for a missing one alike."""
    require_adding(request)
    batch = Batch.objects.filter(token=token).select_related("agency", "by", "campaign").first()
    if batch is None or not access.may_create_for(request.user, batch.agency):
        raise Http404
    return batch


def require_adding(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.has_perm("media_library.add_resource"):
        raise PermissionDenied


def place_or_404(batch: Batch, given: Any) -> BatchPlace:
    """The place with the key ``given`` in ``batch``, with all that acts on it need."""
    text = str(given)
    found = batch.places.filter(pk=text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    place = found.select_related("batch__agency", "file").first() if found is not None else None
    if place is None:
        raise Http404
    return place


def with_others(places: Sequence[BatchPlace]) -> list[BatchPlace]:
    """``places``, and those that change with them: a film with its captions, captions with their film."""
    keys = [place.pk for place in places]
    others = Q(beside__in=keys) | Q(pk__in=[place.beside_id for place in places if place.beside_id])
    found = BatchPlace.objects.filter(others, fate__in=[Fate.WORDS, Fate.DRAFT]).exclude(pk__in=keys)
    return [*places, *found.order_by("position").select_related("batch", "file")]


def places_after(batch: Batch, position: int, *, limit: int) -> QuerySet[BatchPlace]:
    """The next places of ``batch``, by their position."""
    return (
        batch.places.filter(position__gt=position)
        .order_by("position")
        .select_related("batch", "file")
        .defer("file__extracted", "file__properties")[:limit]
    )
