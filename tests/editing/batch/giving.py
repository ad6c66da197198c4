"""Batches for tests: begun, and given files through the product's own code."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from media_library.editing.batch import places
from media_library.editing.batch.places import Named
from media_library.models import Agency, Batch, BatchPlace, StoredFile, User
from tests.factories import audience, make_stored_file, topic, unreferenced


def make_batch(agency: Agency, by: User, *, described: bool = True, **fields: Any) -> Batch:
    """A batch whose files have everything in common that approval needs, unless told otherwise."""
    if described:
        fields = {"summary": "Ảnh lễ phát động.", "credit_line": f"{agency} / Kho 57"} | fields
    batch = Batch.objects.create(agency=agency, by=by, **fields)
    if described:
        batch.audiences.add(audience())
        batch.topics.add(topic())
    return batch


def place_for(batch: Batch, name: str, *, size: int = 1000, modified: int = 0) -> BatchPlace:
    return places.register(batch=batch, files=[Named(name, "", size, modified)])[0]


@unreferenced
def give(batch: Batch, name: str = "le-phat-dong.png", **stored: Any) -> BatchPlace:
    """A file of the batch, arrived and made a draft of."""
    place = place_for(batch, name)
    file = bytes_for(batch, name, **stored)
    places.arrive(place=place, file=file, by=batch.by, at=timezone.now())
    return again(place)


def bytes_for(batch: Batch, name: str, **stored: Any) -> StoredFile:
    """Stored bytes that no other file has, unless ``content`` is told."""
    stored.setdefault("content", f"{name} {StoredFile.objects.count()}".encode())
    stored.setdefault("renditions", False)
    return make_stored_file(batch.agency, name=name, **stored)


def again(place: BatchPlace) -> BatchPlace:
    return BatchPlace.objects.select_related("batch", "resource", "file").get(pk=place.pk)


def draft_at(place: BatchPlace) -> Any:
    return again(place).resource.get_latest_revision_as_object()


def address(batch: Batch, act: str = "") -> str:
    return reverse(f"kho57_batch_{act}" if act else "kho57_batch", args=[batch.token])


def ask(client: Client, batch: Batch, act: str, **told: Any) -> HttpResponse:
    """What the page's script sends."""
    return client.post(address(batch, act), json.dumps(told), content_type="application/json")
