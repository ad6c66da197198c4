"""A resource as a card, a shelf or a result shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, ngettext

from cms.portal.agencies import Directory
from cms.portal.pictures import Picture, picture_of
from media_library.kinds import Kind
from media_library.models import Resource

WORDS_PER_MINUTE = 200
"""Vietnamese syllables, as spaces part them, that are read silently in a minute.

Brysbaert (2019, doi:10.1016/j.jml.2019.104047) finds 238 words a minute for English over 190 studies. That
cannot be carried over: what spaces part in Vietnamese is a syllable, and no study as broad is known to us. 200
is our own choice on the low side of that figure, so that an article is rather over before its time than after.
"""
_NO_WORDS = frozenset({"id", "type", "tone", "url", "resource"})
"""Members of a block that nobody reads."""
COLUMNS = 60
"""Columns of a shelf's grid."""
_WIDTHS = {"infographic": 29, "video": 54, "podcast": 37, "article": 40, "photo": 42, "document": 30}
_FULL = 190
"""Widths of one card of each of the five usual kinds: with these a shelf is full."""
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is shown of a resource in a list. ``lang``: its language where the page has another, else empty.

    ``span``: columns of a shelf. ``duration``: seconds. ``length``: pages or minutes of reading, in words.
    """

    url: str
    public_id: str
    title: str
    summary: str
    lang: str
    kind: str
    kind_label: str
    picture: Picture | None
    duration: float | None
    length: str
    agency: str
    date: datetime | None
    span: int = 0


def card_of(resource: Resource, *, lang: str, directory: Directory) -> Card:
    """Asks no query of a resource loaded with ``with_cards``."""
    original = resource.original
    return Card(
        url=resource.get_absolute_url(lang),
        public_id=resource.public_id,
        title=resource.title,
        summary=resource.summary,
        lang="" if resource.language == lang else resource.language,
        kind=resource.kind,
        kind_label=str(Kind(resource.kind).label),
        picture=picture_of(resource, resource.picture),
        duration=original.file.duration if original else None,
        length=_length(resource),
        agency=directory.current(resource.agency_id).label_in(lang),
        date=resource.published_at,
    )


def cards_of(resources: Iterable[Resource], *, lang: str, directory: Directory) -> list[Card]:
    return [card_of(resource, lang=lang, directory=directory) for resource in resources]


def _length(resource: Resource) -> str:
    if resource.kind == Kind.ARTICLE:
        minutes = reading_minutes(resource)
        return ngettext("%(minutes)d min read", "%(minutes)d min read", minutes) % {"minutes": minutes}
    original = resource.original
    pages = original.file.pages if original else None
    return gettext("%(pages)d pages") % {"pages": pages} if pages and pages > 1 else ""


def reading_minutes(resource: Resource) -> int:
    """Whole minutes, at least one."""
    words = sum(len(_MARKUP.sub(" ", part).split()) for part in _texts(resource.body.raw_data))
    return max(1, round(words / WORDS_PER_MINUTE))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        told = [part for name, part in value.items() if name not in _NO_WORDS]
        yield from _texts(value.get("value", told))
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)


def shelved(cards: list[Card]) -> list[Card]:
    """``cards`` with the columns each takes on a shelf, in proportion to the width of its kind.

    A full shelf takes all columns; a shorter one leaves room rather than blow up what it has.
    """
    widths = [_WIDTHS[card.kind] for card in cards]
    room = min(COLUMNS, round(COLUMNS * sum(widths) / _FULL)) if widths else 0
    shares = [width * room / sum(widths) for width in widths]
    spans = [int(share) for share in shares]
    by_rest = sorted(range(len(cards)), key=lambda place: spans[place] - shares[place])
    for place in by_rest[: room - sum(spans)]:
        spans[place] += 1
    return [replace(card, span=span) for card, span in zip(cards, spans, strict=True)]
