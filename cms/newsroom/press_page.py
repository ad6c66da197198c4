"""A press kit as its public page and the list of kits show it, for people and for search engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from wagtail.rich_text import expand_db_html

from cms.newsroom.leafing import Leaf, newest
from cms.newsroom.models import PressKit
from cms.newsroom.shown import Shown


@dataclass(frozen=True, slots=True)
class Line:
    """``lang``: the language of its words where the page has another, else empty."""

    kit: PressKit
    title: str
    lang: str
    agency: str
    url: str
    since: datetime


def listed(*, at: datetime, after: str) -> Leaf[PressKit]:
    """Public kits, the one that came out last first; ``after`` is the key of the last one before."""
    return newest(PressKit.objects.public(at).select_related("agency"), after=after, by="public_from")


def line(kit: PressKit, *, lang: str) -> Line:
    assert kit.public_from is not None  # what is shown is public
    return Line(
        kit=kit,
        title=kit.title_in(lang),
        lang="vi" if lang == "en" and not kit.title_en else "",
        agency=kit.agency.label_in(lang),
        url=kit.get_absolute_url(lang),
        since=kit.public_from,
    )


def cover(kit: PressKit, *, lang: str) -> dict[str, str]:
    """The cover text as HTML, cleaned when it was saved, and its language where the page has another."""
    written_in = "vi" if lang == "en" and not kit.cover_en else ""
    return {"html": expand_db_html(kit.cover_in(lang)), "lang": written_in}


def structured(kit: PressKit, entries: list[Shown], *, lang: str) -> dict[str, Any]:
    """schema.org: a collection with its parts, and the desk to ask."""
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    publisher: dict[str, Any] = {"@type": "GovernmentOrganization", "name": kit.agency.label_in(lang)}
    contact = {
        "name": kit.contact_name,
        "telephone": kit.contact_phone,
        "email": kit.contact_email,
    }
    if any(contact.values()):
        filled = {name: value for name, value in contact.items() if value}
        publisher["contactPoint"] = {"@type": "ContactPoint", "contactType": "press", **filled}
    assert kit.public_from is not None  # what is shown is public
    return {
        "@context": "https://schema.org",
        "@type": "Collection",
        "name": kit.title_in(lang),
        "url": base + kit.get_absolute_url(lang),
        "identifier": kit.code,
        "datePublished": kit.public_from.isoformat(),
        "dateModified": kit.updated_at.isoformat(),
        "publisher": publisher,
        "hasPart": [{"@type": "CreativeWork", "name": one.title, "url": base + one.url} for one in entries],
    }
