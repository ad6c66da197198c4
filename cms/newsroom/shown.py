"""A lightbox as pages show it: of each resource its picture, the answer on its use, what to take, its credit.

What is not public any more shows nothing of itself; only a withdrawal that everyone may know of is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cms.language import interface_language
from cms.newsroom import kits
from cms.newsroom.models import Lightbox, LightboxEntry, PressKit
from cms.newsroom.offers import Offer, offers, with_offers
from media_library import access, reuse
from media_library.files import public_address
from media_library.kinds import EXTENSIONS, Kind
from media_library.models import Rendition, Resource
from media_library.models.asset import Purpose
from media_library.reuse import Rights

_SHOWN = (Purpose.PICTURE, Purpose.POSTER)
_WIDTH = 480
"""Pixels: of a picture in a list, on a screen of double density."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    src: str
    width: int
    height: int
    alt: str
    rendition: Rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An offer with its box. ``about``: its form and size, for example ``JPG 1280 × 720``."""

    key: str
    label: str
    about: str
    size: int
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """``withdrawn`` is the reason of a withdrawal; ``resource`` is None for what is not to be seen."""

    entry: LightboxEntry
    public_id: str
    resource: Resource | None
    withdrawn: str = ""
    title: str = ""
    lang: str = ""
    kind: str = ""
    kind_label: str = ""
    agency: str = ""
    url: str = ""
    picture: Picture | None = None
    duration: float | None = None
    rights: Rights | None = None
    sentence: str = ""
    credit: str = ""
    may_take: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def allows(self) -> bool:
        return self.rights is not None and self.rights.answer.allows

    @property
    def asks_credit(self) -> bool:
        """Whether who takes it must name the source."""
        return self.resource is not None and bool(self.resource.licence_terms.must)


def shown(
    box: Lightbox, *, user: Any, at: datetime, purpose: reuse.Purpose = reuse.Purpose.NEWS
) -> list[Shown]:
    """The entries of ``box`` in their order, with the answer for ``purpose``; a constant number of queries."""
    return _all_shown(list(box.entries.all()), user=user, at=at, purpose=purpose)


def of_press_kit(
    kit: PressKit, *, user: Any, at: datetime, purpose: reuse.Purpose = reuse.Purpose.NEWS
) -> list[Shown]:
    """What of ``kit`` is public at ``at``, in its order; of the rest nothing, not even a place."""
    ids = kit.entries.order_by("sort_order", "pk").values_list("resource_id", flat=True)
    entries = [LightboxEntry(resource_id=pk, place=place) for place, pk in enumerate(ids)]
    found = _all_shown(entries, user=user, at=at, purpose=purpose)
    return [one for one in found if one.resource is not None]


def _all_shown(
    entries: list[LightboxEntry], *, user: Any, at: datetime, purpose: reuse.Purpose
) -> list[Shown]:
    ids = [entry.resource_id for entry in entries]
    rows = {row.pk: row for row in with_offers(Resource.objects.filter(pk__in=ids))}
    return [_shown(one, rows[one.resource_id], user=user, at=at, purpose=purpose) for one in entries]


def _shown(
    entry: LightboxEntry, resource: Resource, *, user: Any, at: datetime, purpose: reuse.Purpose
) -> Shown:
    if not access.is_public(resource, at):
        reason = resource.withdrawn_reason if access.tells_withdrawal(resource) else ""
        return Shown(entry=entry, public_id=resource.public_id, resource=None, withdrawn=reason)
    lang = interface_language()
    original = resource.original
    reader = access.reader_of(user, resource)
    grants = access.grants_of(user, resource)
    answer = reuse.rights(resource, purpose=purpose, reader=reader, at=at, grants=grants)
    may_take = kits.may_take(user, resource, at)
    return Shown(
        entry=entry,
        public_id=resource.public_id,
        resource=resource,
        title=resource.title,
        lang="" if resource.language == lang else resource.language,
        kind=resource.kind,
        kind_label=str(Kind(resource.kind).label),
        agency=resource.agency.label_in(lang),
        url=resource.get_absolute_url(lang),
        picture=picture_of(resource),
        duration=original.file.duration if original else None,
        rights=answer,
        sentence=answer.sentence(lang),
        credit=reuse.credit(resource, resource.agency, lang=lang),
        may_take=may_take,
        choices=tuple(_choices(offers(resource), entry.chosen)) if may_take else (),
    )


def _choices(there: list[Offer], chosen: list[str] | None) -> list[Choice]:
    """The first is taken where nobody has chosen yet."""
    ticked = chosen if chosen is not None else [one.key for one in there[:1]]
    return [
        Choice(key=one.key, label=one.label, about=_about(one), size=one.size, ticked=one.key in ticked)
        for one in there
    ]


def _about(offer: Offer) -> str:
    ending = EXTENSIONS.get(offer.media_type, (f".{offer.file_name.rpartition('.')[2]}",))[0]
    size = f"{offer.width} × {offer.height}" if offer.width and offer.height else ""
    return f"{ending.removeprefix('.').upper()} {size}".strip()


def picture_of(resource: Resource) -> Picture | None:
    """The JPEG next above :data:`_WIDTH` of the picture that stands for ``resource``."""
    asset = resource.picture
    if asset is None:
        return None
    found = [one for one in asset.file.renditions.all() if one.purpose in _SHOWN and one.width and one.height]
    found = [one for one in found if one.media_type == "image/jpeg"] or found
    found.sort(key=lambda one: one.width or 0)
    if not found:
        return None
    usual = next((one for one in found if (one.width or 0) >= _WIDTH), found[-1])
    return Picture(
        src=public_address(resource, usual),
        width=usual.width or 0,
        height=usual.height or 0,
        alt=asset.alt,
        rendition=usual,
    )
