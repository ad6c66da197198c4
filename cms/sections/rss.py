"""``rss.xml``: RSS 2.0 (https://www.rssboard.org/rss-specification) with a picture by Media RSS.

The same publication gives the same bytes: the time of building is that of the newest change. ``media.xml`` and
``podcast.xml`` are the same channel with more of each entry.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import partial
from xml.etree.ElementTree import Element

from cms.sections.entries import Attachment, Entry, Picture, Publication
from cms.sections.markup import add, declared, piece, written
from cms.sections.parts import hub_address
from cms.sections.sharing import once

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
MINUTES = "5"
"""How long a reader may keep what it has (``ttl``)."""


def write(publication: Publication, url: str) -> bytes:
    """The feed as UTF-8 XML; ``url`` is its own address."""
    root, _channel = begin(publication, url, "media")
    return written(root, (once("rss", entry, partial(_item, entry)) for entry in publication.entries))


def _item(entry: Entry) -> bytes:
    item = begun(entry)
    add_enclosure(item, entry.attachments)
    add_picture(item, entry.jpeg, alt=entry.alt)
    if entry.credit:
        add(item, "media:credit", entry.credit)
    return piece(item)


def begin(publication: Publication, url: str, *prefixes: str) -> tuple[Element, Element]:
    """The root and its channel, told but without an entry."""
    root = Element("rss", {"version": "2.0", **declared("atom", "dc", *prefixes)})
    channel = add(root, "channel")
    add(channel, "title", publication.title)
    add(channel, "link", publication.page_url)
    add(channel, "description", publication.intro or publication.agency.label)
    add(channel, "atom:link", href=url, rel="self", type_=MEDIA_TYPE.partition(";")[0])
    if publication.followed:
        add(channel, "atom:link", href=hub_address(), rel="hub")
    add(channel, "language", publication.language)
    add(channel, "copyright", publication.agency.label)
    add(channel, "lastBuildDate", moment(publication.modified))
    add(channel, "ttl", MINUTES)
    return root, channel


def begun(entry: Entry) -> Element:
    """An item with what RSS 2.0 itself knows; who gives it as ``dc:creator``, for ``author`` is an e-mail."""
    item = Element("item")
    add(item, "title", entry.title)
    add(item, "link", entry.url)
    add(item, "description", entry.summary or entry.title)
    add(item, "guid", entry.id, isPermaLink="false")
    add(item, "pubDate", moment(entry.published))
    add(item, "dc:creator", entry.agency.label)
    add(item, "dc:language", entry.language)
    for label in (entry.kind_label, *(topic.label for topic in entry.topics)):
        add(item, "category", label)
    return item


def add_enclosure(item: Element, attachments: tuple[Attachment, ...]) -> None:
    """The first of ``attachments``: readers take one."""
    for each in attachments[:1]:
        add(item, "enclosure", url=each.url, length=each.size, type_=each.plain_type)


def add_picture(item: Element, picture: Picture | None, *, alt: str) -> None:
    """The picture of an entry as ``media:content``, with what is to be seen in it."""
    if picture is None:
        return
    content = add(
        item, "media:content", url=picture.url, medium="image", type_=picture.media_type, **picture.size
    )
    if alt:
        add(content, "media:description", alt, type_="plain")
    add(item, "media:thumbnail", url=picture.url, **picture.size)


def moment(at: datetime) -> str:
    """A date of RFC 822 with its year in four digits."""
    return format_datetime(at)
