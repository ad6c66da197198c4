"""``feed.json``: JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) with the extension ``_kho57``.

The extension is documented in docs/feeds.md and fixed by docs/schemas/feed.schema.json. Members without a
value are left out, so a feed of ten stays small.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from cms.sections.entries import Attachment, Entry, Publication, absolute
from cms.sections.parts import Tombstone, hub_address
from cms.sections.sharing import once

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "/feeds/kho57-extension"
EXTENSION_VERSION = 1
MEDIA_TYPE = "application/feed+json; charset=utf-8"


def write(publication: Publication, feed_url: str) -> bytes:
    """The feed as UTF-8 bytes; the same publication gives the same bytes. ``feed_url`` is its own address."""
    feed = _present(
        {
            "version": VERSION,
            "title": publication.title,
            "home_page_url": publication.page_url,
            "feed_url": feed_url,
            "description": publication.intro,
            "language": publication.language,
            "authors": [{"name": publication.agency.label}],
            "hubs": [{"type": "WebSub", "url": hub_address()}] if publication.followed else [],
        }
    )
    written = partial(_written_item, language=publication.language)
    items = ",".join(once("json", each, partial(written, each)) for each in publication.entries)
    return f'{_dumped(feed)[:-1]},"_kho57":{_about(publication)},"items":[{items}]}}'.encode()


def _written_item(entry: Entry, *, language: str) -> str:
    return _dumped(_item(entry, language))


def _dumped(members: dict[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def _about(publication: Publication) -> str:
    """What the feed is of: a section, or a selection such as ``topic/stem``; and what has been withdrawn."""
    named = "section" if publication.section else "selection"
    members = {
        "version": EXTENSION_VERSION,
        named: publication.address,
        "agency": publication.agency.code,
    }
    about = _dumped(_present(members))
    if not publication.tombstones:
        return about
    withdrawn = ",".join(once("json", gone, partial(_withdrawn, gone)) for gone in publication.tombstones)
    return f'{about[:-1]},"withdrawn":[{withdrawn}]}}'


def _withdrawn(gone: Tombstone) -> str:
    return _dumped({"id": gone.id, "url": gone.url, "date": gone.at.isoformat(timespec="seconds")})


def _item(entry: Entry, language: str) -> dict[str, Any]:
    return _present(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.summary or entry.title,
            "image": entry.jpeg.url if entry.jpeg else None,
            "date_published": entry.published.isoformat(timespec="seconds"),
            "date_modified": (
                entry.modified.isoformat(timespec="seconds") if entry.modified != entry.published else None
            ),
            "authors": [{"name": entry.agency.label}],
            "tags": [topic.label for topic in entry.topics],
            "language": entry.language if entry.language != language else None,
            "attachments": [_attachment(each, entry.title) for each in entry.attachments],
            "_kho57": _extension(entry),
        }
    )


def _attachment(attachment: Attachment, title: str) -> dict[str, Any]:
    return _present(
        {
            "url": attachment.url,
            "mime_type": attachment.plain_type,
            "size_in_bytes": attachment.size,
            "duration_in_seconds": round(attachment.duration, 3) if attachment.duration else None,
        }
    )


def _extension(entry: Entry) -> dict[str, Any]:
    return _present(
        {
            "kind": entry.kind,
            "agency": entry.agency.code,
            "audiences": [audience.code for audience in entry.audiences],
            "topics": [topic.code for topic in entry.topics],
            "campaign": entry.campaign.code if entry.campaign else None,
            "duration": round(entry.duration, 3) if entry.duration else None,
            "pages": entry.pages,
            "captions": list(entry.captions),
            "spoken": list(entry.spoken) if entry.spoken != (entry.language,) else None,
            "words": [
                {"url": each.url, "type": each.media_type, "language": each.language} for each in entry.words
            ],
            "chapters": absolute(f"/feeds/r/{entry.id}/chapters.json") if entry.chaptered else None,
            "rights": _present({"licence": entry.licence, "url": entry.licence_url, "credit": entry.credit}),
            "alt": entry.alt,
            "renditions": [
                {"url": each.url, "width": each.width, "height": each.height}
                for each in entry.pictures
                if each.media_type == "image/webp"
            ],
            "pinned": True if entry.pinned else None,
        }
    )


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
