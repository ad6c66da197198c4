"""Pictures cut for a place of a fixed shape: a card in a social network, a square, an upright screen.

The cut is as large as the picture allows and lies round the focal point. Where nobody set one it begins at
the top of an upright picture (a poster's title, a person's head) and lies where a wide one has most detail,
the middle preferred. Never enlarged. For the sandbox: no Django.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
from PIL import Image

PURPOSE = "crop"
SHAPES = {"social": (1200, 630), "square": (1080, 1080), "tall": (1080, 1920)}
"""Name of the file, and its size in pixels: Open Graph's card, Instagram's square, a telephone held upright."""
Focus = tuple[float, float]
"""Shares of width and height, 0 to 1, from the upper left."""

_LOOKED_AT = 160
"""Pixels of the longer side of what is looked at for detail."""
_TO_THE_MIDDLE = 0.35
"""How much less a cut at the very edge counts than one in the middle."""
_QUALITY = 82

Box = tuple[int, int, int, int]


def write_crops(image: Image.Image, *, folder: Path, focus: Focus | None) -> list[dict[str, Any]]:
    """Write every shape of ``image`` (RGB, upright) as JPEG into ``folder``; returns what was made."""
    made = []
    for name, size in SHAPES.items():
        box = box_of(image, size=size, focus=focus)
        target = (min(size[0], box[2] - box[0]), min(size[1], box[3] - box[1]))
        cut = image.resize(target, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
        cut.save(folder / f"{name}.jpg", "JPEG", quality=_QUALITY, progressive=True, optimize=True)
        made.append(
            {
                "name": f"{name}.jpg",
                "purpose": PURPOSE,
                "media_type": "image/jpeg",
                "width": target[0],
                "height": target[1],
            }
        )
    return made


def box_of(image: Image.Image, *, size: tuple[int, int], focus: Focus | None) -> Box:
    """The largest part of ``image`` in the shape of ``size``: left, upper, right, lower."""
    across, down = image.size
    scale = min(across / size[0], down / size[1])
    width, height = max(1, min(across, round(size[0] * scale))), max(1, min(down, round(size[1] * scale)))
    if focus is not None:
        left, upper = _round(focus[0] * across, width, across), _round(focus[1] * down, height, down)
    else:
        left, upper = _most_detail(image, width=width, height=height)
    return (left, upper, left + width, upper + height)


def _round(middle: float, length: int, whole: int) -> int:
    """Where a part of ``length`` begins whose middle is as near to ``middle`` as the picture allows."""
    return int(min(max(0, round(middle - length / 2)), whole - length))


def _most_detail(image: Image.Image, *, width: int, height: int) -> tuple[int, int]:
    shrink = _LOOKED_AT / max(image.size)
    small = (max(2, round(image.width * shrink)), max(2, round(image.height * shrink)))
    grey = numpy.asarray(image.convert("L").resize(small, Image.Resampling.BOX), dtype=float)
    edges = numpy.abs(numpy.diff(grey, axis=0, append=grey[-1:])) + numpy.abs(
        numpy.diff(grey, axis=1, append=grey[:, -1:])
    )
    left = _best(edges.sum(axis=0), width / image.width) * (image.width - width)
    if image.height > image.width:
        return round(left), 0
    upper = _best(edges.sum(axis=1), height / image.height) * (image.height - height)
    return round(left), round(upper)


def _best(detail: Any, share: float) -> float:
    """Which of all places (0 first, 1 last) a window over ``share`` of ``detail`` holds most at."""
    window = max(1, round(len(detail) * share))
    sums = numpy.convolve(detail, numpy.ones(window), mode="valid")
    if len(sums) < 2:
        return 0.0
    places = numpy.linspace(0, 1, len(sums))
    liked = (sums + 1) * (1 - _TO_THE_MIDDLE * numpy.abs(2 * places - 1))
    return float(places[int(numpy.argmax(liked))])
