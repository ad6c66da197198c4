"""``rss.xml``: RSS 2.0 by Django's feed generator, the same bytes for the same publication."""

from __future__ import annotations

from datetime import datetime

from django.utils.feedgenerator import Enclosure, Rss201rev2Feed

from cms.sections.entries import Entry, Publication

MEDIA_TYPE = "application/rss+xml; charset=utf-8"


class SectionFeed(Rss201rev2Feed):
    """Django's RSS 2.0 with the time of the newest change, not of the writing."""

    def __init__(self, *, changed: datetime, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.changed = changed

    def latest_post_date(self) -> datetime:
        return self.changed


def write(publication: Publication, *, feed_url: str) -> bytes:
    """The feed as UTF-8 XML."""
    feed = SectionFeed(
        changed=publication.modified,
        title=publication.title,
        link=publication.page_url,
        description=publication.intro or publication.agency.label,
        language=publication.language,
        feed_url=feed_url,
        author_name=publication.agency.label,
        feed_copyright=publication.agency.label,
        ttl="5",
    )
    for entry in publication.entries:
        _add(feed, entry)
    return feed.writeString("utf-8").encode()


def _add(feed: SectionFeed, entry: Entry) -> None:
    feed.add_item(
        title=entry.title,
        link=entry.url,
        description=entry.summary or entry.title,
        unique_id=entry.id,
        unique_id_is_permalink=False,
        pubdate=entry.published,
        author_name=entry.agency.label,
        categories=[entry.kind_label, *(topic.label for topic in entry.topics)],
        enclosures=[
            Enclosure(each.url, str(each.size), each.media_type.partition(";")[0])
            for each in entry.attachments[:1]
        ],
    )
