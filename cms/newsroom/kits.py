"""From what was chosen to a ZIP: asked of :mod:`media_library.access` anew at each request, the same each time.

A kit's bytes are never kept. Its row says what was chosen and the digest of the manifest that this gave; where
what the library holds today gives another, the address says so instead of sending parts of two archives.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from cms.newsroom import slips
from cms.newsroom.embargo import ahead
from cms.newsroom.models import Kit, Lightbox, PressKit, Use
from cms.newsroom.models.lightbox import LONGEST_TITLE
from cms.newsroom.offers import Offer, offers, with_offers
from cms.newsroom.slips import Packed, Slip
from cms.newsroom.zipping import Archive, Entry, of_bytes
from media_library import access
from media_library.files.storage import open_range
from media_library.models import Resource
from media_library.reuse import Purpose
from media_library.text import slug

KEPT_FOR = timedelta(days=7)
Selection = list[tuple[str, list[str]]]
"""Public ids of resources with the keys of their offers, in order."""


class Refused(Exception):
    """Nothing is sent. ``why``: ``empty``, ``closed`` (some of it may not be taken, or not any more, or is not
    there), ``changed`` (it may be taken, and is no longer what it was), or ``ended`` (its days are over)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Contents:
    """A kit put together, nothing of it read yet. ``digest`` is that of its manifest, as hex."""

    archive: Archive
    digest: str
    packed: Packed


def make(
    source: Lightbox | PressKit | None,
    selection: Selection,
    *,
    purpose: Purpose,
    user: Any,
    lang: str,
    at: datetime,
    title: str = "",
) -> Kit:
    """A kit of what was chosen of ``source``, or without one called ``title``. Raises :class:`Refused`."""
    if source is not None:
        title = source.title_in(lang) if isinstance(source, PressKit) else source.title
    kit = Kit(
        lightbox=source if isinstance(source, Lightbox) else None,
        press_kit=source if isinstance(source, PressKit) else None,
        made_by=user if user.is_authenticated else None,
        title=title[:LONGEST_TITLE],
        language=lang,
        purpose=purpose,
        selection=[[public_id, keys] for public_id, keys in selection if keys],
        created_at=at,
        expires_at=at + KEPT_FOR,
    )
    contents = _contents(kit, user=user, at=at)
    kit.etag, kit.size = contents.digest, contents.archive.size
    kit.save()
    return kit


def open_kit(kit: Kit, *, user: Any, at: datetime) -> Contents:
    """What ``kit`` holds, for ``user``. Raises :class:`Refused`."""
    if kit.expires_at <= at:
        raise Refused("ended")
    if kit.press_kit is not None and not kit.press_kit.is_public(at):
        raise Refused("closed")
    contents = _contents(kit, user=user, at=at)
    if (contents.digest, contents.archive.size) != (kit.etag, kit.size):
        raise Refused("changed")
    return contents


def count(kit: Kit, contents: Contents, *, user: Any, at: datetime) -> None:
    """Note the use of each file, once for a kit however often it is fetched; not by those whose it is.

    What of it is under embargo is noted as opened each time.
    """
    ahead.note_kit((resource for resource, _address, _files in contents.packed), user=user, at=at)
    known = user if user.is_authenticated else None
    rows = [
        Use(
            resource=resource,
            offer=file.offer[:60],
            purpose=kit.purpose,
            at=at,
            user=known,
            ticket=hashlib.sha256(f"{kit.token}/{file.name}".encode()).hexdigest()[:32],
        )
        for resource, _address, files in contents.packed
        if not access.may_manage(user, resource)
        for file in files
    ]
    Use.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def may_take(user: Any, resource: Resource, at: datetime, purpose: Purpose | None = None) -> bool:
    """Whether its files may go into a kit: what is not public goes into none, save for press that accepted it."""
    if access.is_public(resource, at):
        return access.may_download(user, resource, at, purpose)
    return ahead.may_take(user, resource, at, purpose)


def file_name(kit: Kit) -> str:
    return f"{slug(kit.title, limit=60) or 'kho57'}-{timezone.localtime(kit.created_at):%Y%m%d}.zip"


def _contents(kit: Kit, *, user: Any, at: datetime) -> Contents:
    chosen = _chosen(kit, user=user, at=at)
    if not chosen:
        raise Refused("empty")
    modified = timezone.localtime(kit.created_at)
    packed: Packed = []
    entries: list[Entry] = []
    for number, (resource, wanted) in enumerate(chosen, start=1):
        folder = f"{number:02}-{slug(resource.title, limit=50) or resource.public_id}"
        names = _names(folder, wanted)
        files = [slip(one, name) for one, name in zip(wanted, names, strict=True)]
        packed.append((resource, address(resource, kit.language), files))
        entries += [entry(one, name, modified) for one, name in zip(wanted, names, strict=True)]
    written = _written(kit, packed)
    texts = [
        of_bytes(name, body, crc32=zlib.crc32(body), modified=modified) for name, body in written.items()
    ]
    digest = hashlib.sha256(written[slips.MANIFEST]).hexdigest()
    return Contents(Archive([*texts, *entries]), digest, packed)


def _chosen(kit: Kit, *, user: Any, at: datetime) -> list[tuple[Resource, list[Offer]]]:
    """Each resource with what is taken of it; the captions of film and sound always come along."""
    ids = [public_id for public_id, _keys in kit.selection]
    rows = {one.public_id: one for one in with_offers(Resource.objects.filter(public_id__in=ids))}
    found = []
    for public_id, keys in kit.selection:
        resource = rows.get(public_id)
        if resource is None or not may_take(user, resource, at, Purpose(kit.purpose)):
            raise Refused("closed")
        there = {one.key: one for one in offers(resource)}
        if not set(keys) <= there.keys():
            raise Refused("changed")
        along = [key for key in there if key.startswith("captions-") and key not in keys]
        found.append((resource, [there[key] for key in [*keys, *along]]))
    return found


def _names(folder: str, wanted: list[Offer]) -> list[str]:
    """A name for each within the archive; where two would be one, the later carries its key."""
    names: list[str] = []
    taken: set[str] = set()
    for one in wanted:
        name = one.file_name if one.file_name.casefold() not in taken else f"{one.key}-{one.file_name}"
        taken.add(name.casefold())
        names.append(f"{folder}/{name}")
    return names


def slip(offer: Offer, name: str) -> Slip:
    return Slip(
        name=name,
        offer=offer.key,
        media_type=offer.media_type,
        size=offer.size,
        sha256=offer.sha256,
        crc32=f"{offer.crc32:08x}",
    )


def entry(offer: Offer, name: str, modified: datetime) -> Entry:
    if offer.made is not None:
        return of_bytes(name, offer.made, crc32=offer.crc32, modified=modified)
    stored = offer.storage_name

    def opened(start: int, length: int) -> Iterator[bytes]:
        return open_range(stored, start=start, length=length)

    return Entry(name=name, size=offer.size, crc32=offer.crc32, modified=modified, open=opened)


def _written(kit: Kit, packed: Packed) -> dict[str, bytes]:
    lang = kit.language
    texts = {
        slips.LICENCES: slips.licences(packed, title=kit.title, lang=lang, made=kit.created_at),
        slips.CREDITS: slips.credits(packed, lang=lang),
        slips.CAPTIONS: slips.captions(packed, lang=lang, made=kit.created_at),
    }
    if kit.press_kit is not None:
        texts[slips.COVER] = slips.cover(kit.press_kit, lang=lang)
    about = {
        "title": kit.title,
        "made": kit.created_at.isoformat(timespec="seconds"),
        "language": lang,
        "purpose": kit.purpose,
        "source": settings.PUBLIC_BASE_URL,
    }
    told = [slips.of_text(name, body) for name, body in texts.items()]
    return {**texts, slips.MANIFEST: slips.manifest(packed, about=about, texts=told, lang=lang)}


def address(resource: Resource, lang: str) -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + resource.get_absolute_url(lang)
