"""What the script of the batch page asks: short questions, each answered with the rows that changed.

Every refusal is a sentence in ``problem`` with status 409 (it is otherwise now than the person saw) or 422 (it
is not taken); beyond one's reach there is nothing (404).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media_library import publishing
from media_library.editing.batch import cells, description, places, sending, uploads, words
from media_library.editing.batch.forms import CommonForm
from media_library.editing.batch.known import Known, digests, known
from media_library.editing.batch.reach import (
    AT_ONCE,
    batch_or_404,
    place_or_404,
    places_after,
    require_adding,
    with_others,
)
from media_library.editing.batch.rows import Row, rows_of
from media_library.intake.rejection import Rejected
from media_library.models import Batch, BatchPlace, Fate, UploadState

NAMED_AT_ONCE = 100
ASKED_AT_ONCE = 1000
Act = Callable[[HttpRequest, Batch, dict[str, Any]], JsonResponse]


def _act(act: Act) -> Callable[..., JsonResponse]:
    """An act on a batch, sent as a JSON object."""

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, token: str) -> JsonResponse:
        batch = batch_or_404(request, token)
        try:
            told = json.loads(request.body)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            return _problem(_("This was not understood. Load the page again."), status=400)
        try:
            return act(request, batch, told)
        except (places.NotNow, words.Unplaced, publishing.PublishingError) as refusal:
            return _problem(str(refusal), status=409)
        except (cells.Unfit, Rejected) as refusal:
            return _problem(str(refusal), status=422)

    return view


@_act
def name_files(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"files": [{"name", "path", "size", "modified"}]}``: a row for each, in the same order."""
    given = told.get("files")
    if not isinstance(given, list) or len(given) > NAMED_AT_ONCE:
        return _problem(_("This was not understood. Load the page again."), status=400)
    named = [file for file in map(_named, given) if file is not None]
    if len(named) != len(given):
        return _problem(_("This was not understood. Load the page again."), status=400)
    return _rows(request, places.register(batch=batch, files=named))


def _named(given: Any) -> places.Named | None:
    if not isinstance(given, dict):
        return None
    name, path, size, modified = (given.get(key) for key in ("name", "path", "size", "modified"))
    if not (isinstance(name, str) and isinstance(path, str)):
        return None
    if not all(isinstance(one, int) and 0 <= one < 1 << 53 for one in (size, modified)):
        return None
    return places.Named(name=name, path=path, size=int(size or 0), modified=int(modified or 0))


@_act
def begin(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"place", "sha256"}``: ``{"upload": address, "rows"}``, without ``upload`` where nothing is to be sent.

    ``sha256`` may be empty. A file that the library knows waits for the person's choice.
    """
    place, now = place_or_404(batch, told.get("place")), timezone.now()
    sha256 = next(iter(digests([str(told.get("sha256", ""))])), "")
    if place.fate == Fate.REFUSED:
        places.reconsider(place=place)
    if place.fate != Fate.WAITING:
        return _rows(request, [place])
    if sha256:
        places.offer_known(place=place, sha256=sha256, user=request.user, at=now)
    if place.fate == Fate.KNOWN:
        return _rows(request, [place])
    try:
        upload = uploads.begin(place=place, sha256=sha256, by=request.user, at=now)
    except Rejected as refusal:
        places.refuse(place=place, problem=refusal.message)
        return _rows(request, [place])
    address = uploads.address(upload) if upload.state == UploadState.RECEIVING else ""
    return _rows(request, [place], upload=address)


@require_safe
def state(request: HttpRequest, token: str) -> JsonResponse:
    """``?places=1,2,3``: how these stand now."""
    batch = batch_or_404(request, token)
    keys = [key for key in request.GET.get("places", "").split(",") if key.isascii() and key.isdecimal()]
    wanted = batch.places.filter(pk__in=[int(key) for key in keys[:ASKED_AT_ONCE] if len(key) < 19])
    found = list(wanted.order_by("position").select_related("batch", "file"))
    return _rows(request, with_others(found))


@_act
def save_cell(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"place", "field", "value", "was"}``: ``{"value", "rows"}``; 409 with ``value`` where it changed."""
    place, name = place_or_404(batch, told.get("place")), told.get("field")
    if name not in cells.CELLS or not place.resource_id:
        raise places.NotNow(_("This file has no draft yet."))
    try:
        value = cells.save_cell(
            place=place, name=name, value=told.get("value"), was=told.get("was"), by=request.user
        )
    except cells.ChangedMeanwhile as change:
        return JsonResponse({"problem": str(change), "value": change.value}, status=409)
    return _rows(request, [place], value=value)


@require_POST
def save_common(request: HttpRequest, token: str) -> JsonResponse:
    """The form of what the files have in common; ``{"errors": {field: text}}`` with status 422."""
    form = CommonForm(request.POST, instance=batch_or_404(request, token))
    if not form.is_valid():
        errors = {name: " ".join(map(str, texts)) for name, texts in form.errors.items()}
        return JsonResponse({"problem": " ".join(errors.values()), "errors": errors}, status=422)
    form.save()
    return JsonResponse({"saved": True})


@_act
def apply(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"after": position, "force"}``: the next few rows; ``next`` is the position to go on from, or null."""
    chunk, following = _chunk(batch, told)
    values, alone, held = description.shared(batch), [], []
    for place in chunk:
        if place.resource_id:
            try:
                done = description.apply(
                    place=place, values=values, by=request.user, force=bool(told.get("force"))
                )
            except publishing.PublishingError:
                held.append(place.pk)
            else:
                alone += [place.pk] * bool(done.left_alone)
    return _rows(request, chunk, next=following, alone=alone, held=held)


@_act
def send(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"after": position}``: hand in what is complete of the next few."""
    chunk, following = _chunk(batch, told)
    done = sending.send(chunk, by=request.user, at=timezone.now())
    fresh = list(batch.places.filter(pk__in=[place.pk for place in chunk]).select_related("batch", "file"))
    told_why = {str(pk): why for pk, why in done.staying.items()}
    return _rows(request, fresh, next=following, sent=len(done.handed_in), staying=told_why)


@_act
def leave_out(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    place = places.leave_out(place=place_or_404(batch, told.get("place")), by=request.user)
    films = batch.places.filter(pk=place.beside_id or 0).select_related("batch", "file")
    return _rows(request, with_others([place, *films]))


@_act
def bring_back(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    place = place_or_404(batch, told.get("place"))
    return _rows(request, with_others([places.bring_back(place=place, by=request.user, at=timezone.now())]))


@_act
def put_beside(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    """``{"place", "film", "language"}``: captions belong to that film; ``film`` may be empty."""
    place = place_or_404(batch, told.get("place"))
    former = batch.places.filter(pk=place.beside_id or 0).select_related("batch", "file")
    film = place_or_404(batch, told["film"]) if told.get("film") else None
    language = told.get("language")
    if language not in dict(settings.LANGUAGES):
        raise cells.Unfit(_("Choose one from the list."))
    others = list(former)
    words.choose(place=place, film=film, language=language, by=request.user)
    fresh = place_or_404(batch, place.pk)
    others = [one for one in others if one.pk != fresh.beside_id]
    return _rows(request, with_others([fresh, *others]))


@_act
def take_anyway(request: HttpRequest, batch: Batch, told: dict[str, Any]) -> JsonResponse:
    place = place_or_404(batch, told.get("place"))
    return _rows(request, with_others([places.take_anyway(place=place, by=request.user, at=timezone.now())]))


@require_safe
def known_files(request: HttpRequest) -> JsonResponse:
    """``?sha256=…`` (also several times): ``{"known": {sha256: [{"title", "url", "agency", "licence"}]}}``."""
    require_adding(request)
    asked = digests(request.GET.getlist("sha256"))[:NAMED_AT_ONCE]
    found = known(asked, user=request.user, at=timezone.now())
    return JsonResponse(
        {"known": {sha256: [_described(one) for one in ones] for sha256, ones in found.items()}}
    )


def _described(one: Known) -> dict[str, str]:
    return {"title": one.title, "url": one.url, "agency": one.agency, "licence": one.licence}


def _chunk(batch: Batch, told: dict[str, Any]) -> tuple[list[BatchPlace], int | None]:
    after = told.get("after")
    after = after if isinstance(after, int) and 0 <= after < 1 << 31 else 0
    chunk = list(places_after(batch, after, limit=AT_ONCE))
    return chunk, chunk[-1].position if len(chunk) == AT_ONCE else None


def _rows(request: HttpRequest, found: Sequence[BatchPlace], **more: Any) -> JsonResponse:
    rows = rows_of(found, user=request.user, at=timezone.now())
    return JsonResponse({"rows": [_row(request, row) for row in rows], **more})


def _row(request: HttpRequest, row: Row) -> dict[str, Any]:
    return {
        "id": row.place.pk,
        "state": row.state,
        "settled": row.settled,
        "html": render_to_string("editing/batch/row.html", {"row": row}, request=request),
    }


def _problem(text: str, *, status: int) -> JsonResponse:
    return JsonResponse({"problem": text}, status=status)
