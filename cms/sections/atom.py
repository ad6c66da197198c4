"""``atom.xml``: Atom (RFC 4287), what was withdrawn as deleted entries (RFC 6721), licences as links (RFC 4946).

Identities are tag addresses (RFC 4151) of the library and stay when a title or a page's address changes.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from itertools import chain
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings

from cms.sections.entries import Entry, Publication
from cms.sections.markup import NAMESPACES, add, declared, piece, written
from cms.sections.parts import Tombstone, hub_address
from cms.sections.sharing import once

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
SINCE = "2026"
"""The year from which the library's host names these identities."""


def write(publication: Publication, url: str) -> bytes:
    """The feed as UTF-8 XML; ``url`` is its own address."""
    told = {"xmlns": NAMESPACES["atom"], "xml:lang": publication.language, **declared("at", "media")}
    root = Element("feed", told)
    add(root, "id", identity(f"{publication.address}/{publication.language}{publication.suffix}"))
    add(root, "title", publication.title)
    if publication.intro:
        add(root, "subtitle", publication.intro)
    add(root, "updated", moment(publication.modified))
    add(root, "link", rel="self", type_="application/atom+xml", href=url)
    if publication.followed:
        add(root, "link", rel="hub", href=hub_address())
    add(root, "link", rel="alternate", type_="text/html", href=publication.page_url)
    add(add(root, "author"), "name", publication.agency.label)
    deleted = (once("atom", gone, partial(_deleted, gone)) for gone in publication.tombstones)
    entries = (once("atom", entry, partial(_entry, entry)) for entry in publication.entries)
    return written(root, chain(deleted, entries))


def identity(name: str) -> str:
    """``tag:kho57.example,2026:k57-abcd-efgh``."""
    return f"tag:{urlsplit(settings.PUBLIC_BASE_URL).hostname},{SINCE}:{name}"


def _deleted(gone: Tombstone) -> bytes:
    node = Element("at:deleted-entry", ref=identity(gone.id), when=moment(gone.at))
    add(node, "link", rel="alternate", href=gone.url)
    return piece(node)


def _entry(entry: Entry) -> bytes:
    node = Element("entry")
    node.set("xml:lang", entry.language)
    add(node, "id", identity(entry.id))
    add(node, "title", entry.title)
    add(node, "updated", moment(entry.modified))
    add(node, "published", moment(entry.published))
    add(add(node, "author"), "name", entry.agency.label)
    add(node, "summary", entry.summary or entry.title)
    add(node, "link", rel="alternate", type_="text/html", href=entry.url)
    for each in entry.attachments:
        add(node, "link", rel="enclosure", type_=each.plain_type, length=each.size, href=each.url)
    if entry.licence_url:
        add(node, "link", rel="license", href=entry.licence_url)
    add(node, "category", term=entry.kind, label=entry.kind_label)
    for topic in entry.topics:
        add(node, "category", term=topic.code, label=topic.label)
    add(node, "rights", ". ".join(part for part in (entry.credit, entry.licence_name) if part))
    if entry.jpeg:
        add(node, "media:thumbnail", url=entry.jpeg.url, **entry.jpeg.size)
    return piece(node)


def moment(at: datetime) -> str:
    """RFC 3339, as RFC 4287 (3.3) asks."""
    return at.isoformat(timespec="seconds")
