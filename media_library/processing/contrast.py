"""Words in a picture that stand out too little from their background (WCAG 2.2, 1.4.3). No Django.

Nothing is read: a square counts as words where most of it is one flat colour and the rest is another, in strokes
that cross both its rows and its columns again and again. The contrast of the two colours is that of WCAG. Words
over a photograph are not looked at, nor squares that hold strong words beside weak ones.
"""

from __future__ import annotations

from typing import Any

import numpy
from PIL import Image

from media_library.processing.colours import on_white

WIDTH = 1280
"""Pixels at which a picture is looked at; a narrower one as it is."""
TALLEST = 10 * WIDTH
SIDE = 32
"""Pixels of a square; squares of twice and four times that hold the larger words."""
WEAK, SEEN = 2.9, 1.2
"""Contrast: below 3 no size of words is enough (edges are smoothed, so a little less); below that, a pattern."""
FEWEST, SHARE = 4, 0.04
"""Squares of weak words, and their share of all squares of words, from which it is worth a warning."""
_FLAT = 14
"""Steps of 255 by which a colour may differ from the background and still belong to it."""
_EVEN = 6
"""The same for most of a background that somebody drew; that of a photograph is uneven."""
_SOLID = 0.4
"""Of all that is not background, the least part that has the full colour of the words."""
_STROKES = 2.6
"""Changes between the two colours along a row, and along a column, on average where there is any."""


def weak_words(image: Image.Image) -> dict[str, float] | None:
    """``ratio`` (their contrast, median) and ``share`` (0 to 1 of all words); None where all is well."""
    contrasts = numpy.concatenate([_contrasts(_pixels(image), times) for times in (1, 2, 4)])
    weak = contrasts[(contrasts < WEAK) & (contrasts > SEEN)]
    if len(weak) < FEWEST or len(weak) < SHARE * len(contrasts):
        return None
    return {"ratio": round(float(numpy.median(weak)), 1), "share": round(len(weak) / len(contrasts), 3)}


def _pixels(image: Image.Image) -> Any:
    flat = on_white(image)
    width = min(WIDTH, flat.width)
    height = max(1, round(flat.height * width / flat.width))
    small = flat if flat.width == width else flat.resize((width, height), Image.Resampling.BOX)
    return numpy.asarray(small.convert("RGB"))[:TALLEST]


def _contrasts(pixels: Any, times: int) -> Any:
    """Of each square that looks like words: the contrast of its two colours.

    What is costly is done on every second pixel, and on squares that may still be words.
    """
    side = SIDE * times
    rows, columns = pixels.shape[0] // side, pixels.shape[1] // side
    if not (rows and columns):
        return numpy.zeros(0)
    cut = pixels[: rows * side, : columns * side]
    squares = cut.reshape(rows, side, columns, side, 3).swapaxes(1, 2)
    few = squares[:, :, :: 2 * times, :: 2 * times].reshape(rows * columns, -1, 3)
    ground = numpy.sort(few, axis=1)[:, few.shape[1] // 2]
    far = _distance(few, ground[:, None])
    flat = (far < _FLAT).mean(axis=1)
    may = numpy.flatnonzero((flat > 0.5) & (flat < 0.97) & ((far < _EVEN).mean(axis=1) > 0.4))
    if not len(may):
        return numpy.zeros(0)
    return _of_words(squares.reshape(-1, side, side, 3)[may], ground[may], times)


def _distance(pixels: Any, ground: Any) -> Any:
    """The largest difference of a channel."""
    return (numpy.maximum(pixels, ground) - numpy.minimum(pixels, ground)).max(axis=-1)


def _of_words(squares: Any, ground: Any, times: int) -> Any:
    far = _distance(squares[:, ::times, ::times], ground[:, None, None])
    flat = (far < _FLAT).mean(axis=(1, 2))
    pixels = far.reshape(len(far), -1)
    most = numpy.partition(pixels, int(0.985 * pixels.shape[1]), axis=1)[:, int(0.985 * pixels.shape[1])]
    stroke = far > 0.5 * most[:, None, None]
    looks = (flat > 0.5) & (flat < 0.96) & (most >= _FLAT)
    solid = (far >= 0.7 * most[:, None, None]).sum(axis=(1, 2))
    looks &= solid > _SOLID * (far >= _FLAT).sum(axis=(1, 2))
    looks &= ((far >= 0.85 * most[:, None, None]).mean(axis=(1, 2)) < 0.4) & (_changes(stroke, 2) >= _STROKES)
    looks &= _changes(stroke, 1) >= _STROKES
    if not looks.any():
        return numpy.zeros(0)
    chosen, ground = squares[looks], ground[looks]
    core = _distance(chosen, ground[:, None, None]) >= 0.85 * most[looks][:, None, None]
    ink = numpy.einsum("nijc,nij->nc", chosen.astype(numpy.float32), core.astype(numpy.float32))
    ink /= core.sum(axis=(1, 2))[:, None]
    return _ratio(_luminance(ink), _luminance(ground))


def _changes(stroke: Any, axis: int) -> Any:
    changes = (numpy.diff(stroke, axis=axis) != 0).sum(axis=axis)
    crossed = (changes > 0).sum(axis=1)
    return changes.sum(axis=1) / numpy.maximum(crossed, 1)


def _luminance(colours: Any) -> Any:
    """Relative luminance of sRGB, 0 to 255 (WCAG 2.2, its definition)."""
    part = colours / 255
    linear = numpy.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ numpy.array([0.2126, 0.7152, 0.0722])


def _ratio(one: Any, other: Any) -> Any:
    return (numpy.maximum(one, other) + 0.05) / (numpy.minimum(one, other) + 0.05)
