"""What a single embedded resource plays: the public copy and its captions."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cms.sections.entries import Address, absolute
from media_library.files import public_address
from media_library.kinds import Role
from media_library.models import Purpose, Resource
from media_library.speech import languages_of


@dataclass(frozen=True)
class Track:
    """Captions, or subtitles where they translate what is said; ``language`` is ``vi`` or ``en``."""

    url: str
    language: str
    label: str
    kind: str = "captions"


@dataclass(frozen=True)
class Player:
    """``media`` is ``video`` or ``audio``; nothing is loaded before it is played."""

    media: str
    url: str
    media_type: str
    tracks: tuple[Track, ...]


def player(resource: Resource, *, address: Address = public_address) -> Player | None:
    """What plays ``resource``, or None for what is read and looked at, and for files not prepared yet."""
    original = resource.original
    for rendition in original.file.renditions.all() if original else ():
        media = rendition.media_type.partition("/")[0]
        if rendition.purpose == Purpose.DOWNLOAD and media in ("video", "audio"):
            url = absolute(address(resource, rendition))
            return Player(media, url, rendition.media_type, _tracks(resource, address))
    return None


def _tracks(resource: Resource, address: Address) -> tuple[Track, ...]:
    labels, spoken = dict(settings.LANGUAGES), languages_of(resource)
    found = {}
    for asset in resource.words:
        rendition = next((one for one in asset.file.renditions.all() if one.purpose == Purpose.CAPTION), None)
        if asset.role == Role.CAPTION and rendition:
            language = asset.language or resource.language
            kind = "subtitles" if spoken and language not in spoken else "captions"
            found[language] = Track(
                absolute(address(resource, rendition)), language, labels.get(language, language), kind
            )
    return tuple(found.values())
