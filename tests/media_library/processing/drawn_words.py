"""Infographics drawn for the measure of contrast: words that all stand out, or some of which do not."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFont

from media_library.processing import contrast

SENTENCE = "Chuyển đổi số và đổi mới sáng tạo vì người dân và doanh nghiệp"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def ratio(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    import numpy

    light = contrast._luminance(numpy.array([one, other], dtype=float))
    return float(contrast._ratio(light[0], light[1]))


def pair(chance: random.Random, lowest: float, highest: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two colours, the first a background, whose contrast lies between the two."""
    while True:
        one, other = _colour(chance), _colour(chance)
        if lowest <= ratio(one, other) <= highest:
            return one, other


def infographic(seed: int, *, weak: bool) -> Image.Image:
    """Four panels of words of 18 to 72 pixels, some drawings, a gradient; ``weak``: one panel is hard to read."""
    chance = random.Random(seed)
    image = Image.new("RGB", (1280, 1600), _colour(chance))
    draw = ImageDraw.Draw(image)
    for row in range(120):
        draw.line((0, row, 1280, row), fill=(row * 2, 120, 255 - row * 2))
    noise = Image.effect_noise((400, 240), 60).convert("RGB")
    panels = [(40, 160, 1240, 480), (40, 500, 1240, 820), (40, 840, 1240, 1160), (40, 1180, 1240, 1560)]
    bad = chance.randrange(4) if weak else None
    for number, box in enumerate(panels):
        lowest, highest = (1.3, 2.6) if number == bad else (4.5, 21)
        ground, ink = pair(chance, lowest, highest)
        draw.rectangle(box, fill=ground)
        _words(draw, box, ink, size=chance.choice((18, 22, 28, 36, 48, 72)))
    image.paste(noise, (840, 1220))
    for _ in range(6):
        x, y = chance.randrange(900, 1100), chance.randrange(160, 1100)
        draw.ellipse((x, y, x + 90, y + 90), fill=_colour(chance), outline=_colour(chance), width=3)
    return image


def _words(draw: ImageDraw.ImageDraw, box: tuple[int, ...], ink: tuple[int, ...], *, size: int) -> None:
    font = _font(size)
    y = box[1] + 12
    while y + size < box[3]:
        words, line = SENTENCE.split(), ""
        while words and draw.textlength(f"{line} {words[0]}", font=font) < 780:
            line = f"{line} {words.pop(0)}".strip()
        draw.text((box[0] + 16, y), line, fill=ink, font=font)
        y += int(size * 1.5)
