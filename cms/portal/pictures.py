"""A picture as a page shows it: one source for each width and format, its size, its words, its focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from media_library.files.addresses import public_address, staff_address
from media_library.models import Asset, Rendition, Resource

Address = Callable[[Resource, Rendition], str]
STEPS = 4
"""Focal points are rounded to quarters, for which the stylesheet has classes."""
USUAL_WIDTH = 640
_CARD = "social.jpg"
_SHOWN = ("picture", "poster")


def staff(_resource: Resource, rendition: Rendition) -> str:
    """Where those who may see an unpublished resource find its pictures."""
    return staff_address(rendition)


public: Address = public_address


@dataclass(frozen=True, slots=True)
class Card:
    """Open Graph's picture: the cut of that shape, else the picture as it is."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``srcset``, ``webp``, ``avif`` are attribute values; ``focus`` is a class of the stylesheet or empty.

    ``avif`` holds the widths of narrow screens only. ``card`` is what social networks show of a link.
    """

    src: str
    largest: str
    srcset: str
    webp: str
    avif: str
    card: Card
    width: int
    height: int
    alt: str
    focus: str


def picture_of(
    resource: Resource, asset: Asset | None, *, address: Address = public, alt: str | None = None
) -> Picture | None:
    """The picture that ``asset`` has renditions of, or None where there are none."""
    if asset is None:
        return None
    shown = [item for item in asset.file.renditions.all() if item.purpose in _SHOWN and item.width]
    shown.sort(key=lambda item: item.width or 0)
    plain = [item for item in shown if item.media_type == "image/jpeg"] or shown
    if not plain:
        return None
    usual = next((item for item in plain if (item.width or 0) >= USUAL_WIDTH), plain[-1])
    return Picture(
        src=address(resource, usual),
        largest=address(resource, plain[-1]),
        srcset=_srcset(resource, plain, address),
        webp=_srcset(resource, [item for item in shown if item.media_type == "image/webp"], address),
        avif=_srcset(resource, [item for item in shown if item.media_type == "image/avif"], address),
        card=_card(resource, asset, usual, address),
        width=usual.width or 0,
        height=usual.height or 0,
        alt=asset.alt if alt is None else alt,
        focus=_focus(asset),
    )


def _card(resource: Resource, asset: Asset, usual: Rendition, address: Address) -> Card:
    cut = next((one for one in asset.file.renditions.all() if one.name == _CARD), usual)
    return Card(address(resource, cut), cut.width or 0, cut.height or 0)


def _srcset(resource: Resource, renditions: list[Rendition], address: Address) -> str:
    return ", ".join(f"{address(resource, item)} {item.width}w" for item in renditions)


def _focus(asset: Asset) -> str:
    if asset.focal_x is None or asset.focal_y is None:
        return ""
    return f"focus-x-{round(asset.focal_x * STEPS)} focus-y-{round(asset.focal_y * STEPS)}"
