"""Which film or sound a file of captions belongs to, and in which language it is: told by their names.

``phim.vi.vtt``, ``Phim_EN.srt`` and ``phụ đề/phim.vtt`` belong to ``phim.mp4``. Names are compared folded, word
by word; what stands at the end of the captions' name may tell their language or that they are captions. Where
several fit, the one in the nearest folder is meant; where those are several, a person has to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from media_library.kinds import CAPTIONS, EXTENSIONS, PLAIN_WORDS, Role
from media_library.text import fold

ENDINGS = tuple(end for media_type in CAPTIONS for end in EXTENSIONS[media_type])
"""Of files of captions."""
TEXT_ENDINGS, DOCUMENT_ENDINGS = (EXTENSIONS[media_type] for media_type in PLAIN_WORDS)
"""Of files that are nothing but a transcript, and of those that may be one."""
_APART = re.compile(r"[\s_\-.,()\[\]{}]+")
_LANGUAGES = {
    ("vi",): "vi",
    ("vie",): "vi",
    ("vn",): "vi",
    ("vi", "vn"): "vi",
    ("viet",): "vi",
    ("vietnamese",): "vi",
    ("tieng", "viet"): "vi",
    ("en",): "en",
    ("eng",): "en",
    ("en", "us"): "en",
    ("en", "gb"): "en",
    ("english",): "en",
    ("tieng", "anh"): "en",
}
"""The endings by which programs and people tell the languages of the library (ISO 639-1, 639-2, BCP 47)."""
_CAPTIONS = (
    ("cc",),
    ("sdh",),
    ("sub",),
    ("subs",),
    ("subtitle",),
    ("subtitles",),
    ("caption",),
    ("captions",),
    ("phu", "de"),
    ("phude",),
    ("transcript",),
    ("loi", "thoai"),
    ("go", "loi"),
    ("ban", "chu"),
)
"""Endings that only say what the file is."""


@dataclass(frozen=True)
class Film:
    """A film or a sound: its key, its name, and its path within the folder that was dropped."""

    key: int
    name: str
    path: str = ""


@dataclass(frozen=True)
class Match:
    """``film`` is None where no name fits, or where ``several`` fit equally; ``language`` may be empty."""

    film: Film | None
    language: str = ""
    several: bool = False


def is_captions(name: str) -> bool:
    """Whether the ending of ``name`` is one of captions."""
    return name.lower().endswith(ENDINGS)


def role_of(name: str, path: str, films: Iterable[Film]) -> Role:
    """What the file ``name`` is within its resource. A text document is a transcript beside a film or sound
    of its name, and a document where there is none."""
    if is_captions(name):
        return Role.CAPTION
    if name.lower().endswith(TEXT_ENDINGS):
        return Role.TRANSCRIPT
    if name.lower().endswith(DOCUMENT_ENDINGS):
        found = match(name, path, films)
        if found.film is not None or found.several:
            return Role.TRANSCRIPT
    return Role.ORIGINAL


def match(name: str, path: str, films: Iterable[Film]) -> Match:
    """The film for the captions ``name``; the longest reading of the name that fits one counts."""
    by_words: dict[tuple[str, ...], list[Film]] = {}
    for film in films:
        by_words.setdefault(_words(film.name), []).append(film)
    language = ""
    for words, read in _readings(_words(name)):
        language = language or read
        if fitting := by_words.get(words):
            nearest = _nearest(path or name, fitting)
            one = nearest[0] if len(nearest) == 1 else None
            return Match(one, read, several=one is None)
    return Match(None, language)


def _words(name: str) -> tuple[str, ...]:
    """The words of a file's name without its ending, folded."""
    stem = name.rpartition(".")[0] or name
    return tuple(word for word in _APART.split(fold(stem)) if word)


def _readings(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """``words`` whole, then shorter and shorter by what tells the language or says “captions”."""
    language = ""
    while words:
        yield words, language
        for ending in (*_LANGUAGES, *_CAPTIONS):
            # the pair before its half: “vi-VN” is one ending
            if len(ending) == 2 and words[-2:] == ending:
                break
        else:
            ending = words[-1:]
        if ending not in _LANGUAGES and ending not in _CAPTIONS:
            return
        language = language or _LANGUAGES.get(ending, "")
        words = words[: -len(ending)]


def _nearest(path: str, films: list[Film]) -> list[Film]:
    steps = {film.key: _steps(path, film.path or film.name) for film in films}
    least = min(steps.values())
    return [film for film in films if steps[film.key] == least]


def _steps(one: str, other: str) -> int:
    """Folders up and down from one file to the other."""
    here, there = (fold(path).split("/")[:-1] for path in (one, other))
    common = 0
    for left, right in zip(here, there, strict=False):
        if left != right:
            break
        common += 1
    return len(here) + len(there) - 2 * common
