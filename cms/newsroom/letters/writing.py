"""The words of a letter, looked up at the moment it is sent: what is hidden by then is told no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from cms.newsroom.letters import stopping
from cms.newsroom.letters.choices import choice_of
from cms.newsroom.models import Find, Happening, Letter, Occasion
from media_library import access, reuse
from media_library.models import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One occasion as the letter tells it; ``sentence``: what was wrong, or why it was withdrawn."""

    occasion: Occasion
    title: str
    url: str
    agency: str
    sentence: str = ""
    licence: Any = ""
    credit: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a saved search had that was new and is public now."""

    name: str
    url: str
    resources: list[Told] = field(default_factory=list)


def written(letter: Letter, *, at: datetime) -> EmailMessage | None:
    """The mail for ``letter``, or None where nothing of it may be told any more, or its reader stopped it."""
    choice = choice_of(letter.person)
    if choice.stopped_at is not None or not letter.person.is_active or not letter.person.email:
        return None
    language = choice.language
    with override(language):
        told = _occasions(letter, language=language, at=at)
        with_finds = not told or letter.digest is not None  # otherwise it is the letter of its one tiding
        finds = _finds(letter, language=language, at=at) if with_finds else []
        if not told and not finds:
            return None
        return _mail(letter, told, finds, language=language)


def _mail(letter: Letter, told: list[Told], finds: list[Found], *, language: str) -> EmailMessage:
    words = {
        "reader": letter.person,
        "told": told,
        "finds": finds,
        "first": told[0] if told else None,
        "alone": len(told) + len(finds) == 1,
        "count": len(told) + sum(len(one.resources) for one in finds),
        "daily": letter.digest is not None,
        "notices_url": absolute(reverse("newsroom:notices")),
        "stop_url": stopping.address(letter.person_id, language=language),
    }
    subject = " ".join(render_to_string("newsroom/letters/letter_subject.txt", words).split())
    body = render_to_string("newsroom/letters/letter.txt", words).strip() + "\n"
    return EmailMessage(subject, body, to=[letter.person.email], headers=_headers(letter, language=language))


def _headers(letter: Letter, *, language: str) -> dict[str, str]:
    """``Auto-Submitted``: RFC 3834, so that no absence is answered to us."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or host
    return {
        "Message-ID": f"<letter-{letter.token.hex}@{sender}>",
        "List-Id": f"Kho 57 <letters.{host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
        **stopping.headers(letter.person_id, language=language),
    }


def _occasions(letter: Letter, *, language: str, at: datetime) -> list[Told]:
    rows = Occasion.objects.filter(tidings__letter=letter).select_related(
        "resource__agency", "resource__locale"
    )
    rows = rows.defer("resource__body", "resource__terms")
    return [one for row in rows.order_by("at", "pk") if (one := _occasion(row, language, at)) is not None]


def _occasion(row: Occasion, language: str, at: datetime) -> Told | None:
    """None for what its reader may not know of any more."""
    if row.what == Happening.WITHDRAWAL:
        return _withdrawn(row, language, at) if access.tells_withdrawal(row.resource) else None
    if not access.is_public(row.resource, at):
        return None
    if row.what == Happening.EXPIRY and row.resource.expire_at is None:
        return None  # it stays after all
    words = (row.en or row.vi) if language == "en" else (row.vi or row.en)
    return _told(row, row.resource, language, sentence=words)


def _withdrawn(row: Occasion, language: str, at: datetime) -> Told:
    instead = row.resource.replaced_by
    there = instead is not None and access.is_public(instead, at)
    return Told(
        occasion=row,
        title=row.resource.title,
        url=absolute(row.resource.get_absolute_url(language)),
        agency=row.resource.agency.current.label_in(language),
        sentence=row.resource.withdrawn_reason,
        instead=absolute(instead.get_absolute_url(language)) if instead is not None and there else "",
    )


def _told(row: Occasion, resource: Resource, language: str, *, sentence: str = "") -> Told:
    return Told(
        occasion=row,
        title=resource.title,
        url=absolute(resource.get_absolute_url(language)),
        agency=resource.agency.current.label_in(language),
        sentence=sentence,
        licence=resource.licence_terms.name,
        credit=reuse.credit(resource, resource.agency, lang=language),
    )


def _finds(letter: Letter, *, language: str, at: datetime) -> list[Found]:
    rows = list(Find.objects.filter(letter=letter).select_related("search").order_by("pk"))
    ids = {public_id for row in rows for public_id in row.found}
    if not ids:
        return []
    seen = Resource.objects.public(at).filter(public_id__in=ids)
    there = {one.public_id: one for one in seen.select_related("agency", "locale")}
    told = [_found(row, [there[each] for each in row.found if each in there], language) for row in rows]
    return [one for one in told if one.resources]


def _found(row: Find, resources: Iterable[Resource], language: str) -> Found:
    place = "portal:search" if row.search.room == "library" else "newsroom:press"
    query = f"?{row.search.query}" if row.search.query else ""
    return Found(
        name=row.search.name,
        url=absolute(f"{reverse(place)}{query}"),
        resources=[_told(Occasion(), one, language) for one in resources],
    )


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path}"
