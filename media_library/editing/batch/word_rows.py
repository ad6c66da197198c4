"""What the grid says of files of captions: in which draft they stand, or what to do so that they stand in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from media_library.editing.batch.words import OFFERED, films_of
from media_library.kinds import Role
from media_library.models import Asset, BatchPlace, Fate, Resource


@dataclass(frozen=True)
class Words:
    """Captions at their own place: ``film`` is what they belong to, ``placed`` whether they stand in its draft.

    ``says`` is a sentence where they do not; ``films`` and ``languages`` are what one may choose from, as pairs
    of key and name.
    """

    film: str
    placed: bool
    language: str
    says: str = ""
    film_key: int = 0
    films: tuple[tuple[int, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    transcript: bool = False
    """Words without times."""

    @property
    def language_name(self) -> str:
        return language_name(self.language)


def language_name(code: str) -> str:
    """A language as it is called in the language of the moment."""
    names = {"vi": _("Vietnamese"), "en": _("English")}
    return names.get(code, code)


def captions_of(draft: Resource) -> list[tuple[str, str, bool]]:
    """The captions and transcripts of ``draft``: language, name of the file, and whether it is a transcript."""
    found = [one for one in draft.assets.all() if one.role in (Role.CAPTION, Role.TRANSCRIPT)]
    return [
        (
            language_name(one.language or draft.language),
            one.file.original_name,
            one.role == Role.TRANSCRIPT,
        )
        for one in found
    ]


def words_of(places: Sequence[BatchPlace], drafts: Mapping[int, Resource]) -> dict[int, Words]:
    """By place, for those of ``places`` that are captions; ``drafts`` by the key of their film's place.

    One query for the films to choose from, however many places there are.
    """
    captions = [place for place in places if place.fate == Fate.WORDS]
    if not captions:
        return {}
    films = [(film.key, film.path or film.name) for film in films_of(captions[0].batch)]
    found = {}
    for place in captions:
        draft = drafts.get(place.beside_id or 0)
        placed = draft is not None and any(_is(one, place) for one in draft.assets.all())
        found[place.pk] = Words(
            film=place.beside.name if place.beside else "",
            placed=placed,
            language=place.language or place.batch.language,
            says="" if placed else place.problem or _why(place, has_draft=draft is not None),
            film_key=place.beside_id or 0,
            films=tuple(_near(films, place)),
            transcript=place.role == Role.TRANSCRIPT,
            languages=tuple((code, language_name(code)) for code, _name in settings.LANGUAGES),
        )
    return found


def _is(asset: Asset, place: BatchPlace) -> bool:
    return asset.role == place.role and asset.file_id == place.file_id


def _why(place: BatchPlace, *, has_draft: bool) -> str:
    film = place.beside
    if film is None:
        return _(
            "No film or sound of this name is here. Drop it too, give this file its name"
            " (film.mp4, film.vi.vtt), or choose below."
        )
    if film.fate == Fate.LEFT_OUT:
        return _("“%(film)s” is left out. Bring it back, or choose another.") % {"film": film.name}
    if not has_draft:
        return _("Waits for “%(film)s”.") % {"film": film.name}
    text = _("Not in “%(film)s” any more: somebody took it out there. Choose again to put it back.")
    return text % {"film": film.name}


def _near(films: list[tuple[int, str]], place: BatchPlace) -> list[tuple[int, str]]:
    """At most :data:`OFFERED`: its own, and those whose names come next to its name."""
    if len(films) <= OFFERED:
        return films
    name = place.path or place.name
    ordered = sorted(films, key=lambda film: film[1])
    at = sum(1 for _key, other in ordered if other < name)
    start = max(0, min(at - OFFERED // 2, len(ordered) - OFFERED))
    near = ordered[start : start + OFFERED]
    own = [film for film in films if film[0] == place.beside_id and film not in near]
    return own + near
