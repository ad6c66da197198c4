"""Pictures for measuring near-duplicates: different ones of four sorts, series on one template, changed copies.

None is downloaded: photographs are pieces of the demonstration's, landscapes are fractal noise, infographics
and cards are drawn. That is less varied than a city's library, and harder in one way: pieces of five photographs
share their light.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

DEMO = Path(__file__).parents[2] / "demo"
_WORDS = re.findall(
    r"\w+",
    "chuyen doi so ky nang an toan thong tin dich vu cong truc tuyen du lieu mo sang kien doanh nghiep hoc sinh"
    " giao vien nguoi dan lua dao mat khau chu ky so bang sang che hue song huong di san le hoi khoa hoc",
)
Draw = Callable[[random.Random], Image.Image]


def different(count: int, *, seed: int = 57) -> Iterator[tuple[str, Image.Image]]:
    """``count`` pictures of the four sorts in turn, each with the name of its sort."""
    dice = random.Random(seed)
    sorts: tuple[tuple[str, Draw], ...] = (
        ("photograph", _photograph(dice)),
        ("landscape", landscape),
        ("infographic", infographic),
        ("card", card),
    )
    for number in range(count):
        name, draw = sorts[number % len(sorts)]
        yield name, draw(dice)


def series(templates: int, each: int, *, seed: int = 18) -> Iterator[tuple[int, Image.Image]]:
    """Cards that share template, colours and picture and differ in their words alone, each with its template."""
    for template in range(templates):
        for number in range(each):
            look, words = random.Random(f"{seed} {template}"), random.Random(f"{seed} {template} {number}")
            yield template, card(look, words)


@cache
def _photographs() -> tuple[Image.Image, ...]:
    paths = sorted((DEMO / "photos").glob("*.jpg"))
    return tuple(Image.open(path).convert("RGB") for path in paths)


def _photograph(dice: random.Random) -> Draw:
    """Pieces of the demonstration's photographs, no two of which share more than a third of their surface."""
    taken: dict[int, list[tuple[int, int, int, int]]] = {}

    def draw(chance: random.Random) -> Image.Image:
        while True:
            place = chance.randrange(len(_photographs()))
            box = _box(_photographs()[place], chance)
            if all(_shared(box, other) < 1 / 3 for other in taken.get(place, [])):
                break
        taken.setdefault(place, []).append(box)
        piece = _photographs()[place].crop(box).resize((640, 640 * (box[3] - box[1]) // (box[2] - box[0])))
        return ImageEnhance.Color(piece).enhance(chance.uniform(0.4, 1.6))

    return draw


def _box(image: Image.Image, chance: random.Random) -> tuple[int, int, int, int]:
    width = int(image.width * chance.uniform(0.06, 0.5))
    height = int(min(image.height, width * chance.uniform(0.55, 1.3)))
    left, top = chance.randrange(image.width - width), chance.randrange(max(1, image.height - height))
    return left, top, left + width, top + height


def _shared(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Share of the surface of both that lies in both."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    surfaces = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return across * down / (sum(surfaces) - across * down)


def _colour(chance: random.Random, low: int = 0, high: int = 255) -> tuple[int, int, int]:
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def landscape(chance: random.Random) -> Image.Image:
    """Noise whose strength falls with frequency, as in nature, between two colours; sky and a sun before it."""
    width, height = 640, chance.choice((360, 427, 480, 640))
    noise = numpy.random.default_rng(chance.getrandbits(32)).standard_normal((height, width))
    rows, columns = numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None, :]
    steepness = numpy.maximum(numpy.hypot(rows, columns), 1 / width) ** chance.uniform(1.1, 1.9)
    field = numpy.fft.irfft2(numpy.fft.rfft2(noise) / steepness, s=(height, width))
    field += chance.uniform(-1, 1) * field.std() * numpy.linspace(-2, 2, height)[:, None]
    share = (field - field.min()) / (field.max() - field.min())
    dark, light = numpy.array(_colour(chance, 0, 120)), numpy.array(_colour(chance, 120, 255))
    pixels = dark + (light - dark) * share[:, :, None]
    image = Image.fromarray(pixels.astype(numpy.uint8))
    if chance.random() < 0.5:
        x, y, radius = chance.randrange(width), chance.randrange(height), chance.randint(15, 70)
        ImageDraw.Draw(image).ellipse(
            (x - radius, y - radius, x + radius, y + radius), fill=_colour(chance, 150)
        )
    return image


def infographic(chance: random.Random) -> Image.Image:
    """A drawn sheet: head, then rows of panels with figures, bars, rings and lines of text."""
    width, height = chance.choice(((640, 960), (640, 640), (800, 450), (640, 1138), (900, 600)))
    image = Image.new("RGB", (width, height), _colour(chance, 200))
    pen = ImageDraw.Draw(image)
    head = int(height * chance.uniform(0.08, 0.25))
    pen.rectangle((0, 0, width, head), fill=_colour(chance, 0, 160))
    _lines(pen, chance, (20, 12, width - 20, head), size=chance.randint(24, 44), colour="white")
    across, down = chance.randint(1, 4), chance.randint(1, 5)
    gap = chance.randint(8, 24)
    for row in range(down):
        for column in range(across):
            left = gap + column * (width - gap) // across
            top = head + gap + row * (height - head - gap) // down
            box = (left, top, left + (width - gap) // across - gap, top + (height - head - gap) // down - gap)
            _panel(pen, chance, box)
    return image


def _panel(pen: ImageDraw.ImageDraw, chance: random.Random, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    if right - left < 30 or bottom - top < 30:
        return
    pen.rounded_rectangle(box, radius=8, fill=_colour(chance, 120), outline=_colour(chance))
    kind = chance.choice(("text", "bars", "ring", "number", "text"))
    half = left + (right - left) // 2 if chance.random() < 0.5 else left
    if kind == "bars":
        count = chance.randint(3, 8)
        for number in range(count):
            x = left + 8 + number * (right - left - 16) // count
            high = int((bottom - top - 16) * chance.random())
            pen.rectangle(
                (x, bottom - 8 - high, x + (right - left) // (2 * count), bottom - 8), fill=_colour(chance)
            )
    elif kind == "ring":
        radius = min(right - left, bottom - top) // 2 - 6
        middle = ((left + right) // 2, (top + bottom) // 2)
        around = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        start = chance.randint(0, 360)
        pen.ellipse(around, fill=_colour(chance))
        pen.pieslice(around, start, start + chance.randint(30, 300), fill=_colour(chance))
    elif kind == "number":
        font = ImageFont.load_default(max(20, (bottom - top) // 2))
        pen.text((left + 10, top + 6), str(chance.randint(1, 999)), fill=_colour(chance, 0, 120), font=font)
    else:
        _lines(
            pen, chance, (half + 8, top + 6, right - 6, bottom), size=chance.randint(12, 26), colour="black"
        )
    if half > left and kind == "text":
        pen.ellipse((left + 8, top + 8, half - 8, min(bottom - 8, top + half - left)), fill=_colour(chance))


def _lines(
    pen: ImageDraw.ImageDraw,
    chance: random.Random,
    box: tuple[int, int, int, int],
    *,
    size: int,
    colour: str,
) -> None:
    """Words until the box is full, or earlier."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = box
    for line in range(chance.randint(1, 8)):
        y = top + line * int(size * 1.4)
        if y + size > bottom:
            return
        words, room = "", right - left
        while pen.textlength(words, font=font) < room * chance.uniform(0.5, 0.9):
            words += chance.choice(_WORDS) + " "
        while words and pen.textlength(words, font=font) > room:
            words = words[:-1]
        pen.text((left, y), words.capitalize(), fill=colour, font=font)


def card(look: random.Random, words: random.Random | None = None) -> Image.Image:
    """A card for social media: a photograph's piece, a field of colour, words (of ``words``) on it."""
    width, height = look.choice(((640, 640), (640, 336), (640, 800)))
    image = Image.new("RGB", (width, height), _colour(look))
    photograph = _photographs()[look.randrange(len(_photographs()))]
    piece = photograph.crop(_box(photograph, look))
    upright = look.random() < 0.5
    share = look.uniform(0.3, 0.7)
    size = (int(width * share), height) if upright else (width, int(height * share))
    piece = ImageOps.fit(piece, size)
    place = look.choice(((0, 0), (width - size[0], height - size[1])))
    image.paste(piece, place)
    pen = ImageDraw.Draw(image)
    field = (
        (
            size[0] + 20 if place == (0, 0) else 20,
            40,
            width - 20 if place == (0, 0) else width - size[0] - 20,
            height,
        )
        if upright
        else (
            20,
            size[1] + 20 if place == (0, 0) else 20,
            width - 20,
            height if place == (0, 0) else height - size[1],
        )
    )
    if look.random() < 0.5:
        pen.rectangle((0, 0, width, look.randint(8, 40)), fill=_colour(look))
    letters = look.randint(22, 48)
    _lines(pen, words or look, field, size=letters, colour="white" if look.random() < 0.5 else "black")
    return image


# What happens to a picture on its way


def _scaled(image: Image.Image, chance: random.Random) -> Image.Image:
    factor = chance.choice((chance.uniform(0.2, 0.8), chance.uniform(1.2, 2.0)))
    return image.resize((max(60, int(image.width * factor)), max(60, int(image.height * factor))))


def _recoded(image: Image.Image, chance: random.Random) -> Image.Image:
    out = io.BytesIO()
    image.save(out, chance.choice(("JPEG", "WEBP")), quality=chance.randint(20, 85))
    return Image.open(out).convert("RGB")


def _lighter(image: Image.Image, chance: random.Random) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(
        chance.choice((chance.uniform(0.7, 0.9), chance.uniform(1.1, 1.3)))
    )


def _cropped(image: Image.Image, chance: random.Random) -> Image.Image:
    """At most a tenth of the width and of the height goes."""
    across, down = chance.uniform(0, 0.1), chance.uniform(0, 0.1)
    left, top = chance.random() * across, chance.random() * down
    right, bottom = 1 - across + left, 1 - down + top
    return image.crop(
        (
            int(left * image.width),
            int(top * image.height),
            int(right * image.width),
            int(bottom * image.height),
        )
    )


def _with_bar(image: Image.Image, chance: random.Random) -> Image.Image:
    """A bar with words under the picture, an eighth of its height."""
    bar = image.height // 8
    taller = Image.new("RGB", (image.width, image.height + bar), chance.choice(("white", "black")))
    taller.paste(image, (0, 0))
    colour = "grey"
    _lines(
        ImageDraw.Draw(taller),
        chance,
        (10, image.height + 5, image.width - 10, taller.height),
        size=20,
        colour=colour,
    )
    return taller


def _mirrored(image: Image.Image, _chance: random.Random) -> Image.Image:
    return ImageOps.mirror(image)


CHANGES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "scale": _scaled,
    "recode": _recoded,
    "brightness": _lighter,
    "crop": _cropped,
    "caption_bar": _with_bar,
    "mirrored": _mirrored,
}
