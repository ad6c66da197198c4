"""What a file says of itself, to be offered to the person who describes it: never taken over unasked.

Title, caption, credit, rights, date, keywords and alt text, each with the name of the standard that it was
found in. The first source that has a field gives it: XMP, IPTC, EXIF for pictures (as the Metadata Working
Group orders them), the tags of sound and film, the XMP and document information of a PDF. Nothing of places,
devices and their numbers is read at all. For the sandbox: no Django, and nothing here ever refuses a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

Values = Mapping[str, list[str]]
"""Field to what was found for it, raw; several values for credit and keywords."""
Source = tuple[str, Values]
"""The name of a standard as the person reads it, and what was found by it."""

LIMITS = {"title": 200, "caption": 2000, "credit": 300, "rights": 300, "date": 40, "alt": 500}
"""Longest text in characters for each field; longer ones are cut."""
KEYWORDS, KEYWORD = 40, 60
"""Most keywords, and the longest of them in characters."""

_LINES = {"caption", "alt"}
_DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MADE_BY_PROGRAMS = re.compile(
    r"(olympus|minolta|konica|nikon|kodak|pentax|samsung|sony|digital camera|dsc|dcim|untitled|default"
    r"|powerpoint presentation|slide \d+|document\d*|bài thuyết trình powerpoint|created with .*"
    r"|adobe photoshop.*|\s|picture|image|camera)+",
    re.IGNORECASE,
)
_BY_WORD = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - (?:.*[\\/])?", re.IGNORECASE)
_DATE = re.compile(
    r"(?:D:)?(\d{4})[-:]?(\d\d)?[-:]?(\d\d)?(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?)?\s*"
    r"(Z|[+-]\d\d(?:[:']?\d\d)?'?)?"
)


def choose(*sources: Source) -> dict[str, Any]:
    """One value for each field from ``sources``, the first first: ``{"title": {"value", "source"}, …}``.

    ``date`` is ISO 8601 as exact as it was found; ``keywords`` is a list.
    """
    chosen: dict[str, Any] = {}
    for name, found in sources:
        for field, values in found.items():
            value = _value(field, values)
            if field not in chosen and value:
                chosen[field] = {"value": value, "source": name}
    return chosen


def _value(field: str, values: list[str]) -> str | list[str]:
    if field == "keywords":
        return _keywords(values)
    if field == "date":
        return next(filter(None, map(iso_date, values)), "")
    cleaned = [tidy(value, limit=LIMITS[field], lines=field in _LINES) for value in values[:10]]
    if field in ("title", "caption"):
        cleaned = [text for text in (_BY_WORD.sub("", one) for one in cleaned) if _says_something(text)]
    kept = list(dict.fromkeys(filter(None, cleaned)))
    joined = ", ".join(kept) if field == "credit" else next(iter(kept), "")
    return joined[: LIMITS[field]]


def _keywords(values: list[str]) -> list[str]:
    parts = (part for value in values for part in re.split(r"[;,\n]", readable(value)))
    cleaned = (tidy(part, limit=KEYWORD) for part in parts)
    return list(dict.fromkeys(filter(None, cleaned)))[:KEYWORDS]


def _says_something(text: str) -> bool:
    """False for what cameras and programs write by themselves."""
    return bool(text) and not _MADE_BY_PROGRAMS.fullmatch(text)


def tidy(text: str, *, limit: int, lines: bool = False) -> str:
    """``text`` in NFC without control and direction signs, single spaces, at most ``limit`` characters."""
    text = unicodedata.normalize("NFC", readable(text)).replace("\r\n", "\n").replace("\r", "\n")
    text = _DIRECTION.sub("", text)
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") and c != "\n" else c for c in text
    )
    rows = [" ".join(row.split()) for row in text.split("\n")]
    joined = ("\n" if lines else " ").join(filter(None, rows))
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def readable(text: str) -> str:
    """``text`` with letters put right that are UTF-8 read as Latin-1 or Windows-1252 (``NgÃ´ MÃ´n``)."""
    for wrong in ("latin-1", "cp1252"):
        try:
            mended = text.encode(wrong).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return mended
    return text


def iso_date(text: str) -> str:
    """``2025:05:18 07:30:00`` (EXIF), ``20250518`` (IPTC), ``D:20250518…`` (PDF) as ISO 8601, or nothing."""
    match = _DATE.fullmatch(text.strip("\x00 \n"))
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone = match.groups()
    day_of = (int(year), int(month or 1), int(day or 1))
    time_of = (int(hour or 0), int(minute or 0), int(second or 0))
    try:
        moment = datetime.combine(date(*day_of), time(*time_of))  # a camera does not know its zone
    except ValueError:
        return ""
    if moment.year < 1826:  # the first photograph
        return ""
    if not (month and day):
        return "-".join(filter(None, (year, month)))
    if hour is None:
        return moment.date().isoformat()
    return moment.isoformat() + _zone(zone)


def _zone(text: str | None) -> str:
    if not text or text == "Z":
        return "+00:00" if text else ""
    digits = re.sub(r"[^0-9]", "", text).ljust(4, "0")[:4]
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


_TAGS = {
    "title": ("title",),
    "caption": ("description", "synopsis", "comment"),
    "credit": ("artist", "album_artist", "author", "performer"),
    "rights": ("copyright", "license"),
    "date": ("date", "creation_time", "year"),
    "keywords": ("keywords",),
}
_TAG_NAMES = {
    "mp3": "ID3",
    "mov": "MP4",
    "matroska": "Matroska",
    "ogg": "Vorbis",
    "flac": "Vorbis",
    "wav": "RIFF",
}


def from_tags(*tags: Mapping[str, str], demuxer: str) -> dict[str, Any]:
    """What the tags of a sound or film say; ``tags`` as FFmpeg names them, the container's first."""
    lowered = [{str(key).lower(): str(value) for key, value in one.items()} for one in tags]
    found = {
        field: [one[key] for one in lowered for key in keys if one.get(key)] for field, keys in _TAGS.items()
    }
    return choose((_TAG_NAMES.get(demuxer.partition(",")[0], "FFmpeg"), found))


def merged(parts: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Field and value pairs as :data:`Values`."""
    found: dict[str, list[str]] = {}
    for field, value in parts:
        found.setdefault(field, []).append(value)
    return found
