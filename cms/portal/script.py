"""The script of a bulletin: what is said, as paragraphs to be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cms.language import interface_language
from cms.portal import media
from cms.portal.addresses import canonical
from cms.portal.agencies import Directory
from media_library.kinds import Kind
from media_library.models import Resource

_BREATH = 1.0
"""Seconds without words that end a paragraph."""
_LONG = 320
"""Letters after which a paragraph ends with the next sentence."""
_ENDS = (".", "!", "?", "…", ".”", "!”", "?”")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words in one language. ``paragraphs``: the second at which each begins, if it is known, and its words."""

    lang: str
    paragraphs: list[tuple[float | None, str]]


def script_context(resource: Resource) -> dict[str, Any] | None:
    """Context of ``portal/script.html`` in the active language, or None where there are no words."""
    if resource.kind not in (Kind.PODCAST, Kind.VIDEO):
        return None
    spoken = [one for one in map(_spoken, _words_by_language(resource)) if one.paragraphs]
    if not spoken:
        return None
    directory, lang = Directory.load(), interface_language()
    return {
        "resource": resource,
        "content_lang": resource.language,
        "agency_label": directory.current(resource.agency_id).label_in(lang),
        "duration": resource.original.file.duration if resource.original else None,
        "scripts": spoken,
        "address": canonical(resource),
        "robots": "noindex",
    }


def _words_by_language(resource: Resource) -> list[tuple[str, dict[str, Any]]]:
    """The transcript of each language, else its captions; the resource's own language first."""
    extracted = media.extracted_of(resource)
    chosen = media.words_by_language(resource)
    return [(lang, extracted.get(asset.file_id, {})) for lang, asset in chosen]


def _spoken(words_in: tuple[str, dict[str, Any]]) -> Spoken:
    lang, told = words_in
    cues = told.get("cues", [])
    paragraphs: list[tuple[float | None, str]] = [(None, text) for text in told.get("paragraphs", [])]
    words: list[str] = []
    begin = end = 0.0
    for cue in cues:
        text = " ".join(cue["text"].split())
        length = sum(map(len, words))
        if words and (cue["start"] - end > _BREATH or (length > _LONG and words[-1].endswith(_ENDS))):
            paragraphs.append((begin, " ".join(words)))
            words = []
        if not words:
            begin = cue["start"]
        words.append(text)
        end = cue["end"]
    if words:
        paragraphs.append((begin, " ".join(words)))
    return Spoken(lang, paragraphs)
