"""What of a resource can be taken, each named for its use.

An offer is a public copy that exists (:class:`~media_library.models.Rendition`), or a text that is written when
it is asked for; the original is never offered. Who may take it is asked of :mod:`media_library.access`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.newsroom import naming, wording
from cms.newsroom.docx import MEDIA_TYPE as DOCX
from cms.newsroom.docx import Block
from media_library.kinds import Kind, Role
from media_library.models import Asset, Rendition, Resource, StoredFile
from media_library.models.asset import Purpose
from media_library.models.resource_lists import ResourceQuerySet

_NOT_OFFERED = (Purpose.CANDIDATE, Purpose.PAGE)
RADIO = "sound-broadcast"
"""The key of the sound for radio stations."""
_MAIN = {"image": "print", "video": "video", "audio": "sound"}
_BROADCAST, _WEB, _THUMBNAIL = (1920, 1280, 320)
"""Widths in pixels: of HD television, of a web page, of a preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing to take. ``size`` in bytes; ``width`` and ``height`` in pixels, None where there are none.

    ``key`` is stable for the resource (``web``, ``print``, ``captions-vi-srt``); ``label`` speaks the active
    language, ``file_name`` that of the resource. Its bytes are those of ``rendition``, or else ``made``.
    """

    key: str
    label: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    sha256: str
    crc32: int
    address: str
    file_name: str
    rendition: Rendition | None
    made: bytes | None

    @property
    def format(self) -> str:
        """``JPEG``, ``MP4``: the ending of its name."""
        return self.file_name.rpartition(".")[2].upper()

    @property
    def storage_name(self) -> str:
        """Where the private storage holds its bytes; empty for what is made."""
        return self.rendition.storage_name if self.rendition else ""


def with_offers(resources: ResourceQuerySet) -> ResourceQuerySet:
    """``resources`` with everything :func:`offers` reads, words included, in a constant number of queries."""
    copies = Rendition.objects.exclude(purpose__in=_NOT_OFFERED)
    files = StoredFile.objects.prefetch_related(Prefetch("renditions", queryset=copies))
    assets = Asset.objects.prefetch_related(Prefetch("file", queryset=files)).order_by("sort_order", "pk")
    return resources.select_related("agency", "locale").prefetch_related(Prefetch("assets", queryset=assets))


def offers(resource: Resource) -> list[Offer]:
    """Everything that can be taken of ``resource``, the most wanted first; keys are unique.

    No query for a resource that was read :func:`with_offers`.
    """
    found: dict[str, Offer] = {}
    attached = 0
    for asset in resource.assets.all():
        attached += asset.role == Role.ATTACHMENT
        for offer in _of_asset(resource, asset, attached):
            found.setdefault(offer.key, offer)
    for offer in [*_words(resource), *_article(resource)]:
        found.setdefault(offer.key, offer)
    return list(found.values())


def offer(resource: Resource, key: str) -> Offer | None:
    """The offer of ``resource`` that is called ``key``."""
    return next((one for one in offers(resource) if one.key == key), None)


def _of_asset(resource: Resource, asset: Asset, attached: int) -> Iterator[Offer]:
    copies = list(asset.file.renditions.all())
    if asset.role == Role.ATTACHMENT:
        for copy in (one for one in copies if one.purpose == Purpose.DOWNLOAD):
            label = _("Attachment: %(name)s") % {"name": asset.file.original_name}
            yield _offer(resource, copy, key=f"attachment-{attached}", label=label)
    elif asset.role == Role.ORIGINAL:
        yield from _of_original(resource, copies, is_picture=asset.file.main_type == "image")
    elif asset.role == Role.COVER:
        yield from _named(resource, _pictures(copies), cover=True)


def _of_original(resource: Resource, copies: list[Rendition], *, is_picture: bool) -> Iterator[Offer]:
    full = next((one for one in copies if one.purpose == Purpose.DOWNLOAD), None)
    if full is not None:
        key = key_of(full)
        yield _offer(resource, full, key=key, label=naming.label(key, copy=full))
    yield from _broadcast(resource, copies)
    yield from _named(resource, _pictures(copies), cover=not is_picture)
    for one in copies:
        if one.purpose == Purpose.CROP:
            key = key_of(one)
            yield _offer(resource, one, key=key, label=naming.label(key, copy=one))
    rungs = [one for one in copies if one.purpose == Purpose.PART and one.media_type == "video/mp4"]
    rungs = [one for one in rungs if not one.is_earlier]
    for rung in sorted(rungs, key=lambda one: -(one.height or 0) * (one.width or 0)):
        key = key_of(rung)
        yield _offer(resource, rung, key=key, label=naming.label(key, copy=rung))
    for light in copies:
        if light.purpose == Purpose.STREAM and light.media_type == "audio/ogg":
            yield _offer(resource, light, key="sound-light", label=naming.label("sound-light", copy=light))


def _broadcast(resource: Resource, copies: list[Rendition]) -> Iterator[Offer]:
    """The sound at the loudness of broadcasting, once it is made."""
    for one in copies:
        if one.purpose == Purpose.BROADCAST:
            yield _offer(resource, one, key=RADIO, label=naming.label(RADIO, copy=one))


def sound_for_radio(resource: Resource) -> Offer | None:
    """The sound at the loudness of broadcasting; as it is until that is made, None where there is none yet."""
    copies = list(resource.original.file.renditions.all()) if resource.original else []
    full = next((one for one in copies if one.purpose == Purpose.DOWNLOAD), None)
    plain = _offer(resource, full, key=key_of(full), label=naming.label(key_of(full))) if full else None
    return next(_broadcast(resource, copies), plain)


def _pictures(copies: list[Rendition]) -> list[Rendition]:
    """JPEG alone: what every newspaper's and broadcaster's software opens."""
    kinds = (Purpose.PICTURE, Purpose.POSTER)
    shown = [one for one in copies if one.purpose in kinds and one.media_type == "image/jpeg" and one.width]
    return sorted(shown, key=lambda one: one.width or 0)


def _named(resource: Resource, pictures: list[Rendition], *, cover: bool) -> Iterator[Offer]:
    """Of the ladder of a picture those that a use asks for; of a film's or document's cover two."""
    if not pictures:
        return
    if cover:
        yield _offer(resource, pictures[-1], key="cover", label=naming.label("cover", copy=pictures[-1]))
    else:
        broadcast = next((one for one in pictures if (one.width or 0) >= _BROADCAST), None)
        if broadcast:
            yield _offer(
                resource, broadcast, key="broadcast", label=naming.label("broadcast", copy=broadcast)
            )
        web = next((one for one in pictures if (one.width or 0) >= _WEB), pictures[-1])
        yield _offer(resource, web, key="web", label=naming.label("web", copy=web))
    small = next((one for one in pictures if (one.width or 0) >= _THUMBNAIL), pictures[0])
    yield _offer(resource, small, key="thumbnail", label=naming.label("thumbnail", copy=small))


def scripts(resource: Resource) -> Iterator[tuple[str, list[Block]]]:
    """What is said in each language, the resource's own first: the transcript, or else the captions."""
    assets = [one for one in resource.assets.all() if one.role in (Role.CAPTION, Role.TRANSCRIPT)]
    told: dict[str, list[Block]] = {}
    for asset in sorted(assets, key=lambda one: one.role != Role.TRANSCRIPT):
        if said := wording.said(asset.file.extracted):
            told.setdefault(asset.language or resource.language, said)
    yield from sorted(told.items(), key=lambda pair: pair[0] != resource.language)


def _words(resource: Resource) -> Iterator[Offer]:
    """Captions as they are and as SRT; of each language what is said, as text and for Word."""
    assets = [one for one in resource.assets.all() if one.role in (Role.CAPTION, Role.TRANSCRIPT)]
    for asset in assets:
        lang = asset.language or resource.language
        copy = next((one for one in asset.file.renditions.all() if one.purpose == Purpose.CAPTION), None)
        if copy is None or asset.role != Role.CAPTION:
            continue
        yield _offer(resource, copy, key=f"captions-{lang}-vtt", label=naming.label("captions", lang=lang))
        cues = asset.file.extracted.get("cues", [])
        if cues:
            yield _made(
                resource, f"captions-{lang}-srt", wording.srt(cues), "application/x-subrip",
                label=naming.label("captions", lang=lang),
            )  # fmt: skip
    for lang, said in scripts(resource):
        yield from _texts(resource, f"transcript-{lang}", said, lang=lang)


def _article(resource: Resource) -> Iterator[Offer]:
    if resource.kind == Kind.ARTICLE and (blocks := wording.article(resource)):
        lang = resource.language
        yield from _texts(resource, "article", blocks, lang=lang)
        told = wording.complete(resource, blocks, lang=lang)
        written = wording.page(told, title=resource.title, lang=lang)
        yield _made(resource, "article-html", written, "text/html", label=naming.label("article", lang=lang))


def _texts(resource: Resource, key: str, blocks: list[Block], *, lang: str) -> Iterator[Offer]:
    told = wording.complete(resource, blocks, lang=lang)
    label = naming.label(key.partition("-")[0], lang=lang)
    yield _made(resource, f"{key}-txt", wording.plain(told), "text/plain", label=label)
    yield _made(resource, f"{key}-docx", wording.document(resource, told, lang=lang), DOCX, label=label)


def _made(resource: Resource, key: str, made: bytes, media_type: str, *, label: str) -> Offer:
    return Offer(
        key=key,
        label=label,
        media_type=media_type,
        size=len(made),
        width=None,
        height=None,
        sha256=hashlib.sha256(made).hexdigest(),
        crc32=zlib.crc32(made),
        address=_address(resource, key),
        file_name=naming.file_name(resource, key=key, media_type=media_type),
        rendition=None,
        made=made,
    )


def _offer(resource: Resource, copy: Rendition, *, key: str, label: str) -> Offer:
    return Offer(
        key=key,
        label=label,
        media_type=copy.media_type,
        size=copy.size,
        width=copy.width,
        height=copy.height,
        sha256=copy.sha256,
        crc32=copy.crc32,
        address=_address(resource, key),
        file_name=naming.file_name(
            resource, key=key, media_type=copy.media_type, width=copy.width, height=copy.height
        ),
        rendition=copy,
        made=None,
    )


def _address(resource: Resource, key: str) -> str:
    return reverse("taking:offer", kwargs={"public_id": resource.public_id, "key": key})


def key_of(rendition: Rendition) -> str:
    """The key under which ``rendition`` is offered, as far as it tells by itself; else its name."""
    stem = rendition.name.partition(".")[0]
    if rendition.purpose == Purpose.DOWNLOAD:
        return _MAIN.get(rendition.media_type.partition("/")[0], "document")
    if rendition.purpose == Purpose.BROADCAST:
        return RADIO
    if rendition.purpose == Purpose.CROP:
        return naming.CUTS.get(stem, stem)
    if rendition.purpose == Purpose.PART and rendition.media_type == "video/mp4":
        return f"video-{stem.removeprefix('h')}"
    return stem
