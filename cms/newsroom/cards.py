"""A resource as the newsroom's lists show it, in the shape that the portal's components take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_library import reuse
from media_library.files import public_address
from media_library.kinds import Kind
from media_library.models import Rendition, Resource
from media_library.reuse import Answer, Grant, Purpose, Reader

_USUAL_WIDTH = 640
_SHORT: dict[str, str | Promise] = {
    "free": _("Publish now"),
    "own": _("Publish now"),
    "credit": _("Publish now, with credit"),
    "uncut": _("Uncut, with credit"),
    "reporting": _("Uncut, in your own report"),
    "press": _("For press offices"),
    "granted": _("Permitted to you"),
    "granted, credit": _("Permitted to you, with credit"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """``lang``: its language where the page has another, else empty. ``rights``: of reporting."""

    resource: Resource
    url: str
    public_id: str
    title: str
    summary: str
    lang: str
    kind: str
    kind_label: str
    picture: dict[str, Any] | None
    duration: float | None
    agency: str
    date: datetime | None
    allowed: bool
    short: str
    sentence: str
    length: str = ""


def card_of(
    resource: Resource, *, lang: str, at: datetime, reader: Reader, grants: Sequence[Grant] = ()
) -> Card:
    """Asks no query of a resource loaded with ``with_cards``."""
    rights = reuse.rights(resource, purpose=Purpose.NEWS, reader=reader, at=at, grants=grants)
    short = _SHORT.get(rights.reason, Answer(rights.answer).label)
    original = resource.original
    return Card(
        resource=resource,
        url=reverse("newsroom:resource", args=[resource.public_id]),
        public_id=resource.public_id,
        title=resource.title,
        summary=resource.summary,
        lang="" if resource.language == lang else resource.language,
        kind=resource.kind,
        kind_label=str(Kind(resource.kind).label),
        picture=_picture(resource),
        duration=original.file.duration if original else None,
        agency=resource.agency.current.label_in(lang),
        date=resource.published_at,
        allowed=rights.answer.allows,
        short=str(short),
        sentence=rights.sentence(lang),
    )


def _picture(resource: Resource) -> dict[str, Any] | None:
    shown = [one for one in resource.picture_renditions() if one.width]
    plain = [one for one in shown if one.media_type == "image/jpeg"] or shown
    asset = resource.picture
    if asset is None or not plain:
        return None
    usual = next((one for one in plain if (one.width or 0) >= _USUAL_WIDTH), plain[-1])
    webp = [one for one in shown if one.media_type == "image/webp"]
    return {
        "src": public_address(resource, usual),
        "srcset": _srcset(resource, plain),
        "webp": _srcset(resource, webp),
        "avif": "",
        "width": usual.width,
        "height": usual.height,
        "alt": asset.alt,
        "focus": "",
    }


def _srcset(resource: Resource, renditions: list[Rendition]) -> str:
    return ", ".join(f"{public_address(resource, one)} {one.width}w" for one in renditions)
