"""Entries in the shape that the portal's templates of cards and results take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from cms.sections.entries import Entry, Picture

SHELF = 4
_COLUMNS = 60
_WIDTHS = {"infographic": 29, "video": 54, "podcast": 37, "article": 40, "photo": 42, "document": 30}
_FULL = 160


def card(entry: Entry, *, language: str, span: int = 0) -> dict[str, Any]:
    """One card; ``span`` is its share of the sixty columns of a shelf."""
    return {
        "url": entry.url,
        "public_id": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "lang": entry.language if entry.language != language else "",
        "kind": entry.kind,
        "kind_label": entry.kind_label,
        "picture": _picture(entry),
        "duration": entry.duration,
        "length": _length(entry),
        "agency": entry.agency.label,
        "date": entry.published,
        "span": span,
    }


def shelf(entries: Sequence[Entry], *, language: str) -> list[dict[str, Any]]:
    """Cards on one shelf, each as wide as its kind asks for; a short shelf leaves room."""
    widths = [_WIDTHS.get(entry.kind, 40) for entry in entries]
    room = min(_COLUMNS, _COLUMNS * sum(widths) // _FULL) if widths else 0
    spans = [max(1, room * width // sum(widths)) for width in widths]
    return [card(entry, language=language, span=span) for entry, span in zip(entries, spans, strict=True)]


def _picture(entry: Entry) -> dict[str, Any] | None:
    if entry.picture is None:
        return None
    plain = [each for each in entry.pictures if each.media_type == "image/jpeg"] or list(entry.pictures)
    usual = min(plain, key=lambda each: abs(each.width - 640))
    webp = [each for each in entry.pictures if each.media_type == "image/webp"]
    return {
        "src": usual.url,
        "srcset": _srcset(plain),
        "webp": _srcset(webp),
        "width": usual.width,
        "height": usual.height,
        "alt": entry.alt,
        "focus": "",
    }


def _srcset(pictures: Sequence[Picture]) -> str:
    return ", ".join(f"{each.url} {each.width}w" for each in pictures)


def _length(entry: Entry) -> str:
    if not entry.pages:
        return ""
    return ngettext("%(pages)s page", "%(pages)s pages", entry.pages) % {"pages": entry.pages}
