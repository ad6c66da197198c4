"""The page of a batch without script: one form sent, one thing done, told in a message."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from media_library import publishing
from media_library.editing.batch import cells, description, places, sending, words
from media_library.editing.batch.forms import CommonForm
from media_library.editing.batch.places import Named
from media_library.editing.batch.reach import AT_ONCE, ON_A_PAGE, place_or_404, places_after
from media_library.files import storage
from media_library.intake import upload_room
from media_library.intake.accept import Received, accept_received
from media_library.intake.receive import receive
from media_library.intake.rejection import Rejected
from media_library.models import Batch, BatchPlace, Fate
from media_library.processing import sandbox

SEEN = "seen-"
"""Before the name of a field: what the person saw there."""
_CELLS = ("title", "alt", "summary", "kind")


def counted(batches: Any) -> Any:
    """``batches`` with the number of their files."""
    return batches.annotate(
        files=Count("places", filter=~Q(places__fate=Fate.LEFT_OUT)),
        unfinished=Count("places", filter=Q(places__fate__in=[Fate.WAITING, Fate.KNOWN])),
    )


def act(request: HttpRequest, batch: Batch) -> CommonForm | None:
    """Do what the pressed button says. Returns the form of the common description where it has mistakes."""
    if "common" in request.POST:
        return _common(request, batch)
    if "files" in request.POST or request.FILES:
        _files(request, batch)
        return None
    _save_grid(request, batch)
    for name, do in (("leave", _leave), ("back", _back), ("anyway", _anyway), ("beside", _beside)):
        if name in request.POST:
            do(request, place_or_404(batch, request.POST[name]))
    if "send" in request.POST:
        _send(request, batch)
    return None


def _common(request: HttpRequest, batch: Batch) -> CommonForm | None:
    form = CommonForm(request.POST, instance=batch)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved. See the marked fields."))
        return form
    form.save()
    force, values = request.POST["common"] == "force", description.shared(batch)
    changed, alone, held = 0, 0, 0
    for place in batch.places.filter(resource__isnull=False).order_by("position"):
        if changed >= AT_ONCE * 3:
            messages.warning(request, _("Many files: press “Apply” again for the rest."))
            break
        try:
            done = description.apply(place=place, values=values, by=request.user, force=force)
        except publishing.PublishingError:
            held += 1
        else:
            changed += done.written
            alone += bool(done.left_alone)
    messages.success(request, _("Saved, and applied to %(number)s files.") % {"number": changed})
    if alone:
        text = _("%(number)s files keep what was changed alone.")
        messages.info(request, text % {"number": alone})
    if held:
        text = _("%(number)s wait for approval already and stay as they are.")
        messages.info(request, text % {"number": held})
    return None


def _files(request: HttpRequest, batch: Batch) -> None:
    """Each file for itself: one that is refused stops no other."""
    given = request.FILES.getlist("files")
    if not given:
        messages.warning(request, _("Choose at least one file."))
        return
    try:
        found = places.register(
            batch=batch, files=[Named(file.name or "", "", file.size or 0, 0) for file in given], again=True
        )
    except places.NotNow as refusal:
        messages.error(request, str(refusal))
        return
    refused = []
    for file, place in zip(given, found, strict=True):
        if place.fate == Fate.WAITING:
            _take(request, batch, place, file)
        if place.fate == Fate.REFUSED:
            refused.append((place.name, place.problem))
    if taken := len(given) - len(refused):
        text = ngettext("%(number)s file is here.", "%(number)s files are here.", taken)
        messages.success(request, text % {"number": taken})
    if refused:
        listed = format_html_join("", "<li><b>{}</b>: {}</li>", refused)
        messages.error(request, format_html("{} <ul>{}</ul>", _("Not taken:"), listed))


def _take(request: HttpRequest, batch: Batch, place: BatchPlace, file: Any) -> None:
    at = timezone.now()
    try:
        with sandbox.workspace(storage.work_folder()) as folder:
            path = folder / "received"
            fingerprint = receive(stream=file, target=path, limit=upload_room.largest(role=place.role))
            stored = accept_received(
                Received(path=path, fingerprint=fingerprint, workspace=folder),
                name=place.name,
                kind="",
                role=place.role,
                agency=batch.agency,
                by=request.user,
                at=at,
            )
    except Rejected as refusal:
        places.refuse(place=place, problem=refusal.message)
    else:
        places.arrive(place=place, file=stored, by=request.user, at=at)
        place.refresh_from_db()


def _save_grid(request: HttpRequest, batch: Batch) -> None:
    """Every cell that is no longer what was seen."""
    problems, saved = [], 0
    after = request.POST.get("from", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    for place in places_after(batch, start, limit=ON_A_PAGE):
        for name in _CELLS if place.resource_id else ():
            key = f"{name}-{place.pk}"
            value, was = request.POST.get(key), request.POST.get(SEEN + key)
            if value is None or was is None or value == was:
                continue
            try:
                cells.save_cell(place=place, name=name, value=value, was=was, by=request.user)
                saved += 1
            except (cells.Unfit, cells.ChangedMeanwhile, publishing.PublishingError) as refusal:
                problems.append((place.name, value, str(refusal)))
    if saved:
        messages.success(request, _("Saved."))
    if problems:
        listed = format_html_join("", "<li><b>{}</b> “{}”: {}</li>", problems)
        messages.error(request, format_html("{} <ul>{}</ul>", _("Not saved:"), listed))


def _leave(request: HttpRequest, place: BatchPlace) -> None:
    try:
        places.leave_out(place=place, by=request.user)
    except places.NotNow as refusal:
        messages.error(request, str(refusal))


def _back(request: HttpRequest, place: BatchPlace) -> None:
    places.bring_back(place=place, by=request.user, at=timezone.now())


def _anyway(request: HttpRequest, place: BatchPlace) -> None:
    places.take_anyway(place=place, by=request.user, at=timezone.now())


def _beside(request: HttpRequest, place: BatchPlace) -> None:
    """Captions belong to the film that was chosen in their row."""
    film = request.POST.get(f"film-{place.pk}")
    language = request.POST.get(f"language-{place.pk}", "")
    language = language if language in dict(settings.LANGUAGES) else ""
    try:
        words.choose(
            place=place,
            film=place_or_404(place.batch, film) if film else None,
            language=language,
            by=request.user,
        )
    except (words.Unplaced, publishing.PublishingError) as refusal:
        messages.error(request, str(refusal))


def _send(request: HttpRequest, batch: Batch) -> None:
    done = sending.send(
        batch.places.order_by("position"), by=request.user, at=timezone.now(), limit=AT_ONCE * 3
    )
    if done.handed_in:
        text = _("%(number)s handed in for approval.") % {"number": len(done.handed_in)}
        messages.success(request, text)
    if done.staying:
        text = _("%(number)s still lack something; their rows say what.")
        messages.warning(request, text % {"number": len(done.staying)})
    if done.more:
        messages.warning(request, _("Many files: press the button again for the rest."))
    if not (done.handed_in or done.staying):
        messages.info(request, _("There is nothing to hand in yet."))
