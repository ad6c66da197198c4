"""The accent of an embed: readable on its paper, or refused with the nearest shade that is.

Contrast as in WCAG 2.2 (relative luminance, success criterion 1.4.3: at least 4.5 to 1).
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

LIGHT_PAPER = "ffffff"
DARK_PAPER = "16111c"
LEAST = 4.5
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_SHORT = re.compile(r"#?([0-9a-fA-F]{3})")


@dataclass(frozen=True)
class Accent:
    """``asked`` as chosen; ``light`` and ``dark`` are what is used on each paper. Hex without ``#``."""

    asked: str
    light: str
    dark: str
    contrast: float
    refused: bool


def parse(text: str) -> str | None:
    """Six hex digits in small letters from ``#4F2A80``, ``4f2a80`` or ``#fff``; None for anything else."""
    if found := _HEX.fullmatch(text.strip()):
        return found[1].lower()
    if found := _SHORT.fullmatch(text.strip()):
        return "".join(digit * 2 for digit in found[1].lower())
    return None


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def nearest(colour: str, *, paper: str) -> str:
    """The shade of ``colour`` (same hue) nearest to it that is readable on ``paper``."""
    if contrast(colour, paper) >= LEAST:
        return colour
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    target = 0.0 if luminance(paper) > 0.18 else 1.0
    passing, failing = target, lightness
    for _step in range(20):
        middle = (passing + failing) / 2
        if contrast(_hex(hue, middle, saturation), paper) >= LEAST:
            passing = middle
        else:
            failing = middle
    return _hex(hue, passing, saturation)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "".join(f"{round(each * 255):02x}" for each in colorsys.hls_to_rgb(hue, lightness, saturation))


def choose(colour: str, *, theme: str) -> Accent:
    """How ``colour`` is used with ``theme`` (light, dark, auto).

    No colour is readable on both papers, so each gets its own shade; refused is judged on the paper that
    the person chose it for, which with ``auto`` is the light one.
    """
    light, dark = nearest(colour, paper=LIGHT_PAPER), nearest(colour, paper=DARK_PAPER)
    own = DARK_PAPER if theme == "dark" else LIGHT_PAPER
    ratio = contrast(colour, own)
    return Accent(asked=colour, light=light, dark=dark, contrast=ratio, refused=ratio < LEAST)
