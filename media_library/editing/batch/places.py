"""Files on their way into a batch: named before they are sent, taken up again, arrived, left out.

A file is known by its path, size and time of change: the same one given again is the same place, whether its
bytes are still to come, half here, or long a draft.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from media_library import placing, publishing
from media_library.editing.batch import description, words
from media_library.editing.batch.drafting import kind_by_ending, kind_of, make_draft
from media_library.editing.batch.known import Known, known
from media_library.editing.batch.matching import DOCUMENT_ENDINGS, Film, role_of
from media_library.intake.names import checked_name
from media_library.intake.rejection import Rejected, names_of
from media_library.kinds import CAPTIONS, CONVERTED, EXTENSIONS, MAIN_TYPES, Role, most_bytes, rule_for
from media_library.models import Batch, BatchPlace, Fate, Resource, StoredFile
from media_library.processing import converting
from media_library.text import nfc

MOST = 1000
"""Files in one batch."""
_CONVERTED_ENDINGS = tuple(end for media_type in CONVERTED for end in EXTENSIONS[media_type])


class NotNow(Exception):
    """An act that does not fit what became of the file; ``str()`` is for the person."""


@dataclass(frozen=True)
class Named:
    """A file as the browser names it: path within the dropped folder, bytes, milliseconds since 1970."""

    name: str
    path: str
    size: int
    modified: int

    @property
    def key(self) -> tuple[str, int, int]:
        return nfc(self.path or self.name)[:1000], self.size, self.modified


def register(*, batch: Batch, files: Iterable[Named], again: bool = False) -> list[BatchPlace]:
    """A place for each of ``files``, in their order; one given before keeps its own.

    ``again``: every file gets a new place, for want of a time of change by which to know it.
    What cannot be taken is refused before a byte is sent, and says so at its place. Raises :class:`NotNow`
    where the batch would hold more than :data:`MOST`.
    """
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        present = {_key(place): place for place in batch.places.all()}
        highest = batch.places.aggregate(highest=Max("position"))["highest"] or 0
        number, places, files = batch.places.count(), [], list(files)
        films = _films_beside(batch, files)
        for file in files:
            place = None if again else present.get(file.key)
            if place is None:
                if number >= MOST:
                    text = _("A batch takes at most %(most)s files. Begin another one for the rest.")
                    raise NotNow(text % {"most": MOST})
                highest, number = highest + 1, number + 1
                place = present[file.key] = _new_place(batch, file, films, position=highest)
            places.append(place)
        return places


def _key(place: BatchPlace) -> tuple[str, int, int]:
    return place.path or place.name, place.size, place.modified


def _films_beside(batch: Batch, files: list[Named]) -> list[Film]:
    """Films and sounds among ``files`` and in ``batch``; none where no file may be a transcript of one."""
    if not any(file.name.lower().endswith(DOCUMENT_ENDINGS) for file in files):
        return []
    coming = [Film(-number, file.name, file.path) for number, file in enumerate(files, start=1)]
    return [*words.films_of(batch), *(film for film in coming if words.promises_speech(film.name))]


def _new_place(batch: Batch, file: Named, films: list[Film], *, position: int) -> BatchPlace:
    place = BatchPlace(
        batch=batch,
        position=position,
        name=nfc(file.name)[:255] or "?",
        path=file.key[0],
        size=file.size,
        modified=file.modified,
        role=role_of(file.name, file.path, films),
    )
    place.batch = batch
    try:
        check(name=file.name, size=file.size, pictures=batch.picture_kind, role=place.role)
    except Rejected as refusal:
        place.fate, place.problem = Fate.REFUSED, refusal.message[:500]
    place.save()
    return place


def check(*, name: str, size: int, pictures: str, role: str = Role.ORIGINAL) -> None:
    """What can be told before bytes are sent. Raises :class:`Rejected`."""
    checked_name(name)
    spoken = role in placing.SPOKEN
    kind = "" if spoken else kind_by_ending(name, pictures=pictures)
    if kind is None:
        raise Rejected("unknown", accepted=names_of((*MAIN_TYPES, *CAPTIONS, "text/plain")))
    if not spoken and name.lower().endswith(_CONVERTED_ENDINGS) and not converting.available():
        raise Rejected("no_converter")
    if not size:
        raise Rejected("empty")
    limit = most_bytes(role) if spoken else rule_for(kind).size_limit() if kind else size
    if size > limit:
        raise Rejected("too_large", limit=filesizeformat(limit))


def offer_known(*, place: BatchPlace, sha256: str, user: Any, at: datetime) -> list[Known]:
    """What there is of the same bytes; the place then waits for the person's choice."""
    if place.wanted_anyway or place.role in placing.SPOKEN:
        return []
    found = known([sha256], user=user, at=at, besides=_own(place)).get(sha256, [])
    twin = (
        place.batch.places.filter(sha256=sha256, fate__in=[Fate.WAITING, Fate.KNOWN])
        .exclude(pk=place.pk)
        .filter(position__lt=place.position)
    )
    place.sha256 = sha256
    if found or (sha256 and twin.exists()):
        place.fate = Fate.KNOWN
    place.save(update_fields=["sha256", "fate"])
    return found


def _own(place: BatchPlace) -> list[int]:
    return [place.resource_id] if place.resource_id else []


def _locked(place: BatchPlace) -> BatchPlace:
    """The row of this moment, its own alone locked: PostgreSQL locks no row that may be missing."""
    rows = BatchPlace.objects.select_for_update(of=("self",)).select_related("batch__agency", "file")
    return rows.get(pk=place.pk)


@transaction.atomic
def arrive(*, place: BatchPlace, file: StoredFile, by: Any, at: datetime) -> None:
    """The bytes are here: a draft is made of them, unless they are known already or the file is left out."""
    place = _locked(place)
    if place.resource_id:
        return
    place.file = file
    place.problem = ""
    place.save(update_fields=["file", "problem"])
    if place.fate == Fate.LEFT_OUT:
        return
    if place.role in placing.SPOKEN:
        words.hold(place.batch)
        words.settle(place, by=by)
        return
    if not offer_known(place=place, sha256=file.sha256, user=by, at=at) and place.fate != Fate.KNOWN:
        _draft_or_refuse(place, file, by=by, at=at)


def _draft_or_refuse(place: BatchPlace, file: StoredFile, *, by: Any, at: datetime) -> None:
    try:
        kind_of(file.media_type, pictures=place.batch.picture_kind)
    except LookupError:
        refusal = Rejected("wrong_type", found=file.media_type, accepted=names_of(MAIN_TYPES))
        refuse(place=place, problem=refusal.message)
        return
    if file.main_type in ("video", "audio"):
        words.hold(place.batch)
    make_draft(place=place, file=file, by=by, at=at)
    words.gather(place, by=by)


def refuse(*, place: BatchPlace, problem: str) -> None:
    """Say at the place why the file is not taken."""
    place.fate, place.problem = Fate.REFUSED, problem[:500]
    place.save(update_fields=["fate", "problem"])


def reconsider(*, place: BatchPlace) -> None:
    """The person gives a refused file again: it may be tried, unless it is refused before a byte is sent."""
    try:
        check(name=place.name, size=place.size, pictures=place.batch.picture_kind, role=place.role)
    except Rejected as refusal:
        refuse(place=place, problem=refusal.message)
    else:
        place.fate, place.problem = Fate.WAITING, ""
        place.save(update_fields=["fate", "problem"])


@transaction.atomic
def take_anyway(*, place: BatchPlace, by: Any, at: datetime) -> BatchPlace:
    """The same bytes are to stand in the library twice. A file that is here becomes a draft at once."""
    place = _locked(place)
    if place.fate != Fate.KNOWN:
        return place
    place.wanted_anyway, place.fate = True, Fate.WAITING
    place.save(update_fields=["wanted_anyway", "fate"])
    if place.file is not None:
        _draft_or_refuse(place, place.file, by=by, at=at)
    return place


@transaction.atomic
def leave_out(*, place: BatchPlace, by: Any) -> BatchPlace:
    """Take the file out of the batch; its draft goes, what was typed is kept for :func:`bring_back`.

    Raises :class:`NotNow` where it was handed in or published already.
    """
    place = _locked(place)
    if place.fate == Fate.WORDS:
        try:
            words.take_away(place, by=by)
        except (words.Unplaced, publishing.PublishingError) as refusal:
            raise NotNow(str(refusal)) from refusal
    if place.resource_id:
        row = Resource.objects.select_for_update().get(pk=place.resource_id)
        if row.first_published_at is not None or row.workflow_in_progress or row.approved_schedule:
            raise NotNow(_("It was handed in already. Take it back there first."))
        draft = row.get_latest_revision_as_object()
        place.kept = _typed(place, draft)
        place.file = draft.original.file if draft.original else place.file
        place.resource = None
        log(instance=row, action="wagtail.delete", user=by, deleted=True)
        row.delete()
    place.fate = Fate.LEFT_OUT
    place.save()
    words.make_room(place, by=by)
    return place


def _typed(place: BatchPlace, draft: Resource) -> dict[str, Any]:
    original = draft.original
    alone = {
        name: description.value_of(draft, name)
        for name in description.FIELDS
        if description.value_of(draft, name) != place.applied.get(name)
    }
    return alone | {"title": draft.title, "alt": original.alt if original else ""}


@transaction.atomic
def bring_back(*, place: BatchPlace, by: Any, at: datetime) -> BatchPlace:
    """Undo :func:`leave_out`. A file whose bytes are gone by now is waited for again."""
    place = _locked(place)
    if place.fate != Fate.LEFT_OUT:
        return place
    place.fate = Fate.WAITING
    place.save(update_fields=["fate"])
    if place.file is not None:
        place.wanted_anyway = place.wanted_anyway or bool(place.kept)
        arrive(place=place, file=place.file, by=by, at=at)
        place.refresh_from_db()
    return place
