"""``podcast.xml``: the sound of a publication for podcast players.

RSS 2.0 with the tags of Apple (https://podcasters.apple.com/support/823-podcast-requirements) and of
Podcasting 2.0 (https://podcasting2.org/docs/podcast-namespace/1.0). An episode is a podcast whose licence
opens the download, for players download; without one the channel is whole and empty.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from email.utils import parseaddr
from functools import partial
from xml.etree.ElementTree import Element

from django.conf import settings
from django.templatetags.static import static

from cms.sections.entries import Attachment, Entry, Publication, absolute
from cms.sections.markup import add, piece, written
from cms.sections.rss import MEDIA_TYPE, add_enclosure, begin, begun
from cms.sections.sharing import once
from media_library.kinds import Kind

__all__ = ["MEDIA_TYPE", "write"]

GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcast:guid."""
CHAPTERS = "application/json+chapters"
_LICENCES = ("cc-by-4.0", "cc-by-nc-4.0", "cc0-1.0")
"""Codes that are SPDX identifiers in lower case, as podcast:license asks."""
COVER = "icons/podcast-1400.png"
"""Of every programme: directories take a square of 1400 to 3000 pixels, which no episode's picture need be."""


def write(publication: Publication, url: str) -> bytes:
    """The feed as UTF-8 XML; ``url`` is its own address."""
    episodes = [(entry, sound) for entry in publication.entries if (sound := _sound(entry))]
    heard = replace(publication, entries=tuple(entry for entry, _sound in episodes), tombstones=())
    root, channel = begin(heard, url, "itunes", "podcast")
    _tell(channel, publication, url)
    return written(root, (once("podcast", each, partial(_episode, each, sound)) for each, sound in episodes))


def guid(url: str) -> str:
    """The identity of the feed at ``url`` for ever: of its address without scheme and closing slashes."""
    return str(uuid.uuid5(GUIDS, url.partition("://")[2].rstrip("/")))


def _sound(entry: Entry) -> Attachment | None:
    sounds = (each for each in entry.attachments if each.media_type.startswith("audio/"))
    return next(sounds, None) if entry.kind == Kind.PODCAST else None


def _tell(channel: Element, publication: Publication, url: str) -> None:
    add(channel, "itunes:author", publication.agency.label)
    add(channel, "itunes:summary", publication.intro or publication.title)
    add(channel, "itunes:type", "episodic")
    add(channel, "itunes:explicit", "false")
    add(channel, "itunes:category").set("text", "Government")
    add(channel, "itunes:image", href=absolute(static(COVER)))
    add(channel, "podcast:guid", guid(url))
    owner = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    add(channel, "podcast:locked", "yes", owner=owner)
    add(channel, "podcast:medium", "podcast")
    add(
        channel,
        "podcast:person",
        publication.agency.label,
        group="administration",
        role="producer",
        href=publication.page_url,
    )


def _add_for_radio(item: Element, copy: Attachment) -> None:
    """The copy at the loudness of broadcasting, for the programs of stations; players take the enclosure."""
    other = add(
        item,
        "podcast:alternateEnclosure",
        type_=copy.media_type,
        length=copy.size,
        title="EBU R 128, -23 LUFS",
        rel="broadcast",
    )
    add(other, "podcast:source", uri=copy.url)


def _episode(entry: Entry, sound: Attachment) -> bytes:
    item = begun(entry)
    add_enclosure(item, (sound,))
    add(item, "itunes:title", entry.title)
    add(item, "itunes:author", entry.agency.label)
    add(item, "itunes:summary", entry.summary or entry.title)
    add(item, "itunes:episodeType", "full")
    add(item, "itunes:explicit", "false")
    if entry.duration:
        add(item, "itunes:duration", str(round(entry.duration)))
    if entry.jpeg:
        add(item, "itunes:image", href=entry.jpeg.url)
    if entry.for_radio:
        _add_for_radio(item, entry.for_radio)
    for words in entry.words:
        rel = "captions" if words.timed else None
        add(
            item,
            "podcast:transcript",
            url=words.url,
            type_=words.media_type,
            language=words.language,
            rel=rel,
        )
    if entry.chaptered:
        add(item, "podcast:chapters", url=absolute(f"/feeds/r/{entry.id}/chapters.json"), type_=CHAPTERS)
    if entry.licence in _LICENCES:
        add(item, "podcast:license", entry.licence, url=entry.licence_url)
    else:
        add(item, "podcast:license", str(entry.licence_name)[:128], url=entry.url)
    add(item, "podcast:person", entry.agency.label, group="administration", role="producer")
    return piece(item)
