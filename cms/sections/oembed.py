"""``/oembed``: sections and single resources for sites that embed by address (https://oembed.com).

The answer is a frame of ours, so what is withdrawn leaves it wherever it was embedded. What is not public
answers 404 as if it were not there; an embargo that its editor announced answers 401, as the specification
has it for what is not public; another format than JSON and XML answers 501.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.sections import feeds, selections
from cms.sections.embed_code import HEIGHTS
from cms.sections.entries import Picture, absolute, entry, printable
from cms.sections.markup import add, written
from cms.sections.missing import missing
from cms.sections.models import Section
from media_library import access
from media_library.kinds import Kind
from media_library.models import Resource

JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
TYPES = {"json": JSON, "xml": XML}
CACHE = "public, max-age=300, stale-if-error=3600"
CACHE_AGE = 300
"""Seconds for which a consumer may keep an answer."""
WIDTH = 640
LEAST, MOST = 160, 4096
"""Pixels that a frame may be wide or high, whatever is asked for."""
_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_SECTION = re.compile(
    rf"/(?:(?P<lang>vi|en)/s|embed|feeds)/(?P<address>{_PART}/{_PART})(?:/(?P<rest>en)?/?|/section(?:\.(?P<en>en))?\.html)?"
)
_RESOURCE = re.compile(
    r"/(?:(?P<lang>vi|en)|embed)/r/(?P<id>k57-[0-9a-z]{4}-[0-9a-z]{4})(?:/(?P<rest>[^/]*))?/?"
)


@dataclass(frozen=True)
class Room:
    """How wide and high the frame may be, in pixels; None where nobody said."""

    width: int | None
    height: int | None

    @classmethod
    def parse(cls, query: Any) -> Room:
        """From ``maxwidth`` and ``maxheight``; what is no number says nothing, what is absurd is clamped."""
        return cls(_pixels(query.get("maxwidth", "")), _pixels(query.get("maxheight", "")))

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        return min(width, self.width or width), min(height, self.height or height)


def answer(request: HttpRequest) -> HttpResponseBase:
    """``/oembed?url=…&format=json|xml&maxwidth=…&maxheight=…``."""
    if (other := feeds.other_method(request)) is not None:
        return feeds.for_every_site(other)
    format = request.GET.get("format") or "json"
    if format not in TYPES:
        message = _("Ask for the format json or xml.")
        return feeds.for_every_site(missing(JSON, "vi", status=HTTPStatus.NOT_IMPLEMENTED, message=message))
    found = _described(request.GET.get("url", ""), Room.parse(request.GET), at=timezone.now())
    if isinstance(found, HTTPStatus):
        return feeds.for_every_site(missing(TYPES[format], "vi", status=found, message=_told(found)))
    text = json.dumps(found, ensure_ascii=False).encode() if format == "json" else _xml(found)
    response = HttpResponse(text, content_type=TYPES[format])
    response["Cache-Control"] = CACHE
    return feeds.for_every_site(response)


def _told(status: HTTPStatus) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return _("This resource is not open to embedding: give a link to its page instead.")
    return _("Only sections and public resources of Kho 57 can be embedded: give the address of one.")


def _xml(found: dict[str, Any]) -> bytes:
    root = Element("oembed")
    for name, value in found.items():
        add(root, name, str(value))
    return written(root)


def _described(url: str, room: Room, *, at: datetime) -> dict[str, Any] | HTTPStatus:
    path = _path(url)
    if named := _RESOURCE.fullmatch(path):
        language = named["lang"] or ("en" if named["rest"] == "en" else "vi")
        return _resource(named["id"], room, language=language, at=at)
    if named := _SECTION.fullmatch(path):
        return _section(named["address"], room, named["lang"] or named["rest"] or named["en"] or "vi")
    return HTTPStatus.NOT_FOUND


def _path(url: str) -> str:
    """The path of an address of ours, empty for those of others and for what is no address."""
    try:
        parts = urlsplit(url.strip())
        ours = urlsplit(settings.PUBLIC_BASE_URL).netloc.lower()
        return parts.path if parts.scheme in ("http", "https") and parts.netloc.lower() == ours else ""
    except ValueError:
        return ""


def _section(address: str, room: Room, language: str) -> dict[str, Any] | HTTPStatus:
    code, _slash, slug = address.partition("/")
    rows = Section.objects.live().filter(agency__code=code, slug=slug)
    found = rows.select_related("agency__successor__successor__successor").first()
    if found is None:
        return HTTPStatus.NOT_FOUND
    with override(language):
        owner, title = found.agency.current, printable(found.title_in(language))
        width, height = room.fitted(WIDTH, HEIGHTS.get(found.layout, HEIGHTS["list"]))
        return {
            **_begun("rich", title, _frame_url(address, language), width, height),
            "author_name": printable(owner.label_in(language)),
            "author_url": absolute(found.get_absolute_url(language)),
        }


def _resource(public_id: str, room: Room, *, language: str, at: datetime) -> dict[str, Any] | HTTPStatus:
    chosen = selections.resource(public_id, language=language, at=at)
    if chosen is None:
        row = Resource.objects.identified_by(public_id)
        told = row is not None and access.tells_embargo(row, at)
        return HTTPStatus.UNAUTHORIZED if told else HTTPStatus.NOT_FOUND
    if chosen.resources[0].embedding_refused:
        return HTTPStatus.UNAUTHORIZED
    with override(language):
        shown = entry(chosen.resources[0], language=language)
        film = shown.kind == Kind.VIDEO
        width, height = room.fitted(WIDTH, HEIGHTS["feature"] if film else HEIGHTS["resource"])
        return {
            **_begun(
                "video" if film else "rich",
                shown.title,
                _frame_url(f"r/{public_id}", language),
                width,
                height,
            ),
            "author_name": shown.agency.label,
            "author_url": absolute(f"/{language}/agency/{shown.agency.code}/"),
            **_thumbnail(shown.pictures, room),
        }


def _begun(type_: str, title: str, url: str, width: int, height: int) -> dict[str, Any]:
    html = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" frameborder="0" loading="lazy"'
        " allowfullscreen></iframe>",
        url,
        title,
        width,
        height,
    )
    return {
        "version": "1.0",
        "type": type_,
        "title": title,
        "provider_name": "Kho 57",
        "provider_url": absolute("/"),
        "cache_age": CACHE_AGE,
        "html": str(html),
        "width": width,
        "height": height,
    }


def _frame_url(address: str, language: str) -> str:
    return absolute(f"/embed/{address}/" + ("" if language == "vi" else f"{language}/"))


def _thumbnail(pictures: tuple[Picture, ...], room: Room) -> dict[str, Any]:
    """The widest JPEG that fits: a thumbnail may not exceed what was asked for either."""
    fitting = [
        each
        for each in pictures
        if each.media_type == "image/jpeg"
        and 0 < each.width <= (room.width or WIDTH)
        and 0 < each.height <= (room.height or MOST)
    ]
    if not fitting:
        return {}
    best = max(fitting, key=lambda each: each.width)
    return {"thumbnail_url": best.url, "thumbnail_width": best.width, "thumbnail_height": best.height}


def _pixels(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return max(LEAST, min(MOST, int(text[:6])))
