"""``media.xml``: every public copy of every entry by Media RSS 1.5.1 (https://www.rssboard.org/media-rss).

Copies of one resource stand in one ``media:group``; a copy to download only where the licence opens it.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from cms.sections.entries import Entry, Publication, absolute
from cms.sections.markup import add, piece, written
from cms.sections.rss import MEDIA_TYPE, add_enclosure, begin, begun
from cms.sections.sharing import once

__all__ = ["MEDIA_TYPE", "write"]


def write(publication: Publication, url: str) -> bytes:
    """The feed as UTF-8 XML; ``url`` is its own address."""
    root, _channel = begin(publication, url, "media")
    make = partial(_item, language=publication.language)
    return written(root, (once("media", entry, partial(make, entry)) for entry in publication.entries))


def _item(entry: Entry, *, language: str) -> bytes:
    item = begun(entry)
    add_enclosure(item, entry.attachments)
    _add_media(item, entry, language=language)
    return piece(item)


def _add_media(item: Element, entry: Entry, *, language: str) -> None:
    if entry.pictures or entry.attachments:
        _add_group(add(item, "media:group"), entry)
    add(item, "media:title", entry.title, type_="plain")
    add(item, "media:description", entry.summary or entry.title, type_="plain")
    if entry.topics:
        add(item, "media:keywords", ", ".join(topic.label for topic in entry.topics))
    if entry.jpeg:
        add(item, "media:thumbnail", url=entry.jpeg.url, **entry.jpeg.size)
    add(item, "media:player", url=absolute(frame_path(entry, language)))
    add(item, "media:credit", entry.credit or entry.agency.label, role="publisher", scheme="urn:ebu")
    add(item, "media:license", entry.licence_name, type_="text/html", href=entry.licence_url)
    add(item, "media:rating", "nonadult", scheme="urn:simple")
    for words in entry.words:
        add(item, "media:subTitle", type_=words.media_type, lang=words.language, href=words.url)


def _add_group(group: Element, entry: Entry) -> None:
    first, spoken = True, entry.spoken[0] if len(entry.spoken) == 1 else None
    for each in entry.attachments:
        seconds = round(each.duration) if each.duration else None
        facts = {"fileSize": each.size, "duration": seconds, "lang": spoken if seconds else None}
        _add_copy(group, each.url, each.plain_type, _medium(each.plain_type), first, **facts)
        first = False
    for picture in entry.pictures:
        _add_copy(group, picture.url, picture.media_type, "image", first, **picture.size)
        first = False


def _add_copy(group: Element, url: str, type_: str, medium: str, first: bool, **more: Any) -> None:
    chosen = "true" if first else None
    add(group, "media:content", url=url, type_=type_, medium=medium, isDefault=chosen, **more)


def _medium(media_type: str) -> str:
    family = media_type.partition("/")[0]
    return family if family in ("image", "audio", "video") else "document"


def frame_path(entry: Entry, language: str) -> str:
    """Where the entry stands in a frame of its own."""
    return f"/embed/r/{entry.id}/" + ("" if language == "vi" else f"{language}/")
