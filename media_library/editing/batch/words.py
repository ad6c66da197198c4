"""Captions and transcripts in a batch: each comes into the draft of its film or sound, whichever is here first.

They never take the place of captions that are there in the same language, and never change what was handed
in: then they wait at their place, which says why, until a person chooses.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media_library import placing, publishing
from media_library.editing.batch import description
from media_library.editing.batch.drafting import kind_by_ending
from media_library.editing.batch.matching import Film, match
from media_library.kinds import Role, rule_for
from media_library.models import Asset, Batch, BatchPlace, Fate, Resource, StoredFile

OFFERED = 50
"""Films and sounds to choose from at one place: those given next to it."""


class Unplaced(Exception):
    """Captions that do not come into a draft; ``str()`` says why and what to do."""


def films_of(batch: Batch) -> list[Film]:
    """The films and sounds of ``batch``, here or still to come, in their order; one query."""
    rows = batch.places.filter(role=Role.ORIGINAL).exclude(fate=Fate.REFUSED).order_by("position")
    told = rows.values_list("pk", "name", "path", "resource__kind")
    return [
        Film(pk, name, path)
        for pk, name, path, kind in told
        if (_speaks(kind) if kind else promises_speech(name))
    ]


def promises_speech(name: str) -> bool:
    """Whether the ending of ``name`` is one of films or sounds."""
    return _speaks(kind_by_ending(name, pictures="photo") or "")


def _speaks(kind: str) -> bool:
    return bool(kind) and rule_for(kind).needs_words


def hold(batch: Batch) -> None:
    """Let no film and no captions of ``batch`` arrive at the same moment: one would not see the other."""
    Batch.objects.select_for_update().get(pk=batch.pk)


def settle(place: BatchPlace, *, by: Any) -> None:
    """Captions that have just come: into the draft of their film, or waiting for it."""
    place.fate = Fate.WORDS
    if place.beside_id is None:
        _find(place, films_of(place.batch))
    _place(place, by=by)
    place.save(update_fields=["fate", "beside", "language", "problem"])


def gather(film: BatchPlace, *, by: Any) -> None:
    """A film or sound has become a draft: what waits for it comes into it."""
    if film.resource is None or not _speaks(film.resource.kind):
        return
    waiting = film.batch.places.filter(fate=Fate.WORDS, file__isnull=False).order_by("position")
    films = None
    for place in waiting.select_related("batch", "file"):
        if place.beside_id is None:
            films = films_of(film.batch) if films is None else films
            _find(place, films)
        if place.beside_id == film.pk:
            _place(place, by=by)
            place.save(update_fields=["beside", "language", "problem"])


def make_room(place: BatchPlace, *, by: Any) -> None:
    """Captions were left out: others in their language, which waited for that, come into the draft."""
    if place.role in placing.SPOKEN and place.beside_id:
        gather(BatchPlace.objects.select_related("batch", "resource").get(pk=place.beside_id), by=by)


def _find(place: BatchPlace, films: list[Film]) -> None:
    found = match(place.name, place.path, films)
    place.language = place.language or found.language
    if found.film is not None:
        place.beside = BatchPlace.objects.get(pk=found.film.key)
    several = _("Several files have this name: choose the one to which it belongs.")
    place.problem = several if found.several else ""


def _place(place: BatchPlace, *, by: Any) -> None:
    """Into the draft of its film where that is here; why not, else, is left in ``problem``."""
    film = BatchPlace.objects.filter(pk=place.beside_id or 0).first()
    if film is None or not film.resource_id or place.file is None:
        return
    place.language = place.language or place.batch.language
    place.problem = ""
    try:
        with transaction.atomic():
            _write(film, place.file, role=place.role, language=place.language, by=by)
    except (Unplaced, publishing.PublishingError) as refusal:
        place.problem = str(refusal)[:500]


def _write(film: BatchPlace, file: StoredFile, *, role: str, language: str, by: Any) -> None:
    row, draft = _to_change(film, by=by)
    assets = list(draft.assets.all())
    there = [one for one in assets if one.role == role and one.language == language]
    if any(one.file_id == file.pk for one in there):
        return
    if there:
        text = _("“%(film)s” has captions in this language already: “%(name)s”. Leave one of them out.")
        if role == Role.TRANSCRIPT:
            text = _(
                "“%(film)s” has a transcript in this language already: “%(name)s”. Leave one of them out."
            )
        raise Unplaced(text % {"film": film.name, "name": there[0].file.original_name})
    _keep(row, draft, placing.placed(assets, file, role=role, language=language), by=by)


def take_away(place: BatchPlace, *, by: Any) -> None:
    """Captions out of the draft in which the batch put them; nothing where they are in none.

    Raises :class:`Unplaced` or :class:`publishing.Locked` where the draft may not be changed any more.
    """
    film = BatchPlace.objects.filter(pk=place.beside_id or 0, resource__isnull=False).first()
    if film is None or place.file_id is None:
        return
    draft = Resource.objects.get(pk=film.resource_id or 0).get_latest_revision_as_object()
    if not any(_is(one, place) for one in draft.assets.all()):
        return
    row, draft = _to_change(film, by=by)
    _keep(row, draft, [one for one in draft.assets.all() if not _is(one, place)], by=by)


def _is(asset: Asset, place: BatchPlace) -> bool:
    return asset.role == place.role and asset.file_id == place.file_id


@transaction.atomic
def choose(*, place: BatchPlace, film: BatchPlace | None, language: str, by: Any) -> None:
    """A person says to what the captions belong; None: to nothing that is here.

    Raises :class:`Unplaced` or :class:`publishing.PublishingError`; then everything stays as it was.
    """
    hold(place.batch)
    place = BatchPlace.objects.select_related("batch", "file").get(pk=place.pk)
    if place.fate != Fate.WORDS:
        raise Unplaced(_("These captions are not here yet."))
    if film is not None and film.pk not in {one.key for one in films_of(place.batch)}:
        raise Unplaced(_("Choose one from the list."))
    take_away(place, by=by)
    place.beside, place.language, place.problem = film, language or place.language, ""
    _place(place, by=by)
    if place.problem:
        raise Unplaced(place.problem)
    place.save(update_fields=["beside", "language", "problem"])


def _to_change(film: BatchPlace, *, by: Any) -> tuple[Resource, Resource]:
    row = Resource.objects.select_for_update().get(pk=film.resource_id or 0)
    if row.first_published_at is not None or row.workflow_in_progress or row.approved_schedule:
        text = _("“%(film)s” was handed in already. Change its captions in its own form.")
        raise Unplaced(text % {"film": film.name})
    description.refuse_locked(row, by)
    return row, row.get_latest_revision_as_object()


def _keep(row: Resource, draft: Resource, assets: list[Asset], *, by: Any) -> None:
    draft.assets.set(placing.in_order(assets))
    description.save(row, draft, by=by)
