"""A day's programme: its bulletins in the order in which they went out, to be played, taken and read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cms.newsroom.cards import Card, card_of
from cms.newsroom.docx import Block
from cms.newsroom.offers import Offer, scripts, sound_for_radio, with_offers
from cms.newsroom.radio import bulletins
from cms.newsroom.radio.bulletins import CHAIN
from media_library import access
from media_library.files import public_address
from media_library.models import Resource
from media_library.models.asset import Purpose as Copy
from media_library.reuse import Purpose, Reader


@dataclass(frozen=True, slots=True)
class Bulletin:
    """``sources``: address and media type of each copy to play, the light one first. ``offer``: what a station
    takes, None where it may not broadcast it or there is no file yet."""

    card: Card
    aired: datetime
    sources: list[tuple[str, str]]
    scripted: bool
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A bulletin to be read aloud; ``scripts``: language and paragraphs."""

    resource: Resource
    agency: str
    aired: datetime
    duration: float | None
    scripts: list[tuple[str, list[Block]]]


def programme(day: date, *, user: Any, lang: str, at: datetime) -> dict[str, Any]:
    """Context of the page of ``day``."""
    every = bulletins.bulletins(at, lang=lang)
    found = bulletins.in_order(bulletins.within(every, day, day)).with_cards()
    rows = list(found.select_related(CHAIN, "locale", "campaign").annotate(scripted=bulletins.scripted()))
    before, after = bulletins.neighbours(every, day)
    told = [_bulletin(one, user=user, lang=lang, at=at) for one in rows]
    return {
        "day": day,
        "today": timezone.localtime(at).date(),
        "bulletins": told,
        "scripted": any(one.scripted for one in rows),
        "seconds": bulletins.seconds_of(rows),
        "before": before,
        "after": after,
        "week": bulletins.week_of(day) if any(one.offer for one in told) else None,
    }


def _bulletin(row: Any, *, user: Any, lang: str, at: datetime) -> Bulletin:
    reader = Reader.PRESS if access.is_press(user) else Reader.ANYONE
    open_to_them = access.may_download(user, row, at, Purpose.BROADCAST)
    return Bulletin(
        card=card_of(row, lang=lang, at=at, reader=reader),
        aired=row.aired,
        sources=list(_sources(row)),
        scripted=row.scripted,
        offer=sound_for_radio(row) if open_to_them else None,
    )


def _sources(row: Resource) -> list[tuple[str, str]]:
    copies = list(row.original.file.renditions.all()) if row.original else []
    light = [one for one in copies if one.purpose == Copy.STREAM and one.media_type == "audio/ogg"]
    full = [one for one in copies if one.purpose == Copy.DOWNLOAD and one.media_type.startswith("audio/")]
    return [(public_address(row, one), one.media_type) for one in (*light, *full)]


def read_aloud(day: date, *, lang: str, at: datetime) -> list[Spoken]:
    """The bulletins of ``day`` that have a script, with their words."""
    found = bulletins.within(bulletins.bulletins(at, lang=lang), day, day)
    rows: list[Any] = list(with_offers(bulletins.in_order(found)).select_related(CHAIN, "locale"))
    told = [(one, list(scripts(one))) for one in rows]
    return [
        Spoken(
            resource=one,
            agency=one.agency.current.label_in(lang),
            aired=one.aired,
            duration=one.original.file.duration if one.original else None,
            scripts=said,
        )
        for one, said in told
        if said
    ]
