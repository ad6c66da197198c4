"""SVG drawings become a picture of pixels; the drawing itself is shown to nobody. Runs in the sandbox, no Django.

What a drawing names outside itself, and what acts in it, is taken away before resvg draws it, which knows no
script, no network and no animation. Fonts are those of the machine.
"""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree as safe
from defusedxml import DefusedXmlException
from PIL import Image

from media_library.processing.refusal import Refusal

MEDIA_TYPE = "image/svg+xml"
FORMAT = "SVG"
"""What :attr:`PIL.Image.Image.format` says of a picture that was drawn."""
MAX_BYTES = 20 << 20
MAX_ELEMENTS = 100_000
MAX_DEPTH = 200
WIDTH, MAX_PIXELS = 2560, 24_000_000
"""Pixels: as wide as the widest rendition, unless the drawing is so tall that there would be too many."""
MAX_RATIO = 50
_SPACE = "{http://www.w3.org/2000/svg}"
_ACTING = {"script", "foreignObject", "iframe", "audio", "video", "handler", "listener", "set", "discard"}
_PICTURE = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_ADDRESS = re.compile(r"""url\(\s*["']?\s*(?!#)[^)]*\)|@import[^;]*;?""", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|q)?\s*$", re.IGNORECASE)
_UNITS = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
_MARK = re.compile(rb"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
_OTHERS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")


def is_drawing(path: Path) -> bool:
    """Whether the beginning says so; a picture of pixels whose metadata hold a drawing is none."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_OTHERS):
        return False
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    return bool(_MARK.search(head))


def drawn(path: Path) -> Image.Image:
    """The drawing as a picture. Raises :class:`Refusal` (``damaged``, ``svg``, ``too_much``)."""
    if path.stat().st_size > MAX_BYTES:
        raise Refusal("too_much")
    root = _parsed(path.read_bytes())
    width, height = _size(root)
    _clean(root)
    scale = min(WIDTH / width, math.sqrt(MAX_PIXELS / (width * height)))
    root.set("width", str(width))
    root.set("height", str(height))
    picture = _pixels(ElementTree.tostring(root, encoding="unicode"), width=max(1, int(width * scale)))
    if picture.width * picture.height > 2 * MAX_PIXELS:
        raise Refusal("svg")
    picture.load()
    picture.info = {}
    picture.format = FORMAT
    return picture


def _parsed(content: bytes) -> Any:
    try:
        root = safe.fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise Refusal("svg") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Refusal("damaged") from error
    if root.tag != f"{_SPACE}svg":
        raise Refusal("svg")
    _measure(root)
    return root


def _measure(root: Any) -> None:
    """Raises :class:`Refusal` where there is more of it, or nested deeper, than a drawing has."""
    level, count, depth = [root], 0, 0
    while level:
        count, depth = count + len(level), depth + 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise Refusal("too_much")
        level = [child for parent in level for child in parent]


def _size(root: Any) -> tuple[float, float]:
    """In CSS pixels: what it says, else its view box (SVG 2, 8.2). Raises :class:`Refusal` (``svg``)."""
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    across, down = (box[2], box[3]) if len(box) == 4 else (0.0, 0.0)
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if across and down and not (width and height):
        width = width or (height * across / down if height else across)
        height = width * down / across
    if not (width and height and math.isfinite(width * height)):
        raise Refusal("svg")
    if max(width / height, height / width) > MAX_RATIO:
        raise Refusal("svg")
    return width, height


def _length(text: str) -> float:
    match = _LENGTH.match(text)
    return _number(match[1]) * _UNITS[(match[2] or "px").lower()] if match else 0.0


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and 0 < number < 1e9 else 0.0


def _clean(root: Any) -> None:
    for parent in list(root.iter()):
        for child in [one for one in parent if _name(one) in _ACTING]:
            parent.remove(child)
    for one in root.iter():
        for name in list(one.attrib):
            local = name.rpartition("}")[2].lower()
            value = one.attrib[name]
            if local.startswith("on") or (local == "href" and not _inside(value)):
                del one.attrib[name]
            elif _ADDRESS.search(value):
                one.attrib[name] = _ADDRESS.sub("none", value)
        if _name(one) == "style" and one.text:
            one.text = _ADDRESS.sub("none", one.text)


def _name(one: Any) -> str:
    return one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""


def _inside(address: str) -> bool:
    return address.strip().startswith("#") or bool(_PICTURE.match(address.strip()))


def _pixels(drawing: str, *, width: int) -> Image.Image:
    import resvg_py  # only a drawing needs it, and it is the heaviest of the openers

    try:
        png = resvg_py.svg_to_bytes(svg_string=drawing, width=width, languages=["vi", "en"])
    except ValueError as error:
        raise Refusal("svg") from error
    return Image.open(io.BytesIO(png), formats=["PNG"])
