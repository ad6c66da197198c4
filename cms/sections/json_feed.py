"""``feed.json``: JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) with the extension ``_kho57``.

The extension is documented in docs/feeds.md and fixed by docs/schemas/feed.schema.json. Members without a
value are left out, so a feed of ten stays small.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cms.sections.entries import Attachment, Entry, Picture, Publication

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "/feeds/kho57-extension"
EXTENSION_VERSION = 1
MEDIA_TYPE = "application/feed+json; charset=utf-8"


def write(publication: Publication, *, feed_url: str) -> bytes:
    """The feed as UTF-8 bytes; the same publication gives the same bytes."""
    feed = _present(
        {
            "version": VERSION,
            "title": publication.title,
            "home_page_url": publication.page_url,
            "feed_url": feed_url,
            "description": publication.intro,
            "language": publication.language,
            "authors": [{"name": publication.agency.label}],
            "_kho57": {
                "version": EXTENSION_VERSION,
                "section": publication.address,
                "agency": publication.agency.code,
            },
            "items": [_item(entry, publication.language) for entry in publication.entries],
        }
    )
    feed.setdefault("items", [])
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry, language: str) -> dict[str, Any]:
    image = _image(entry.pictures)
    return _present(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.summary or entry.title,
            "image": image.url if image else None,
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


def _image(pictures: tuple[Picture, ...]) -> Picture | None:
    """The JPEG nearest to 1280 px: readers of feeds are old."""
    jpegs = [each for each in pictures if each.media_type == "image/jpeg"] or list(pictures)
    return min(jpegs, key=lambda each: abs(each.width - 1280)) if jpegs else None


def _attachment(attachment: Attachment, title: str) -> dict[str, Any]:
    return _present(
        {
            "url": attachment.url,
            "mime_type": attachment.media_type.partition(";")[0],
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
