"""Pictures: opened once, reduced in a cascade, written as WebP and JPEG. For the sandbox: no Django."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
from PIL import (
    ExifTags,
    Image,
    ImageCms,
    PngImagePlugin,
    WebPImagePlugin,  # noqa: F401  (known from the start: looking for it loads forty others)
)

from media_library.processing.clean_copy import copy_without_metadata
from media_library.processing.marks import picture_marks
from media_library.processing.refusal import Refusal

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
WIDTHS = (320, 640, 1280, 1920)
MAX_PIXELS = 50_000_000
"""A picture of 120 megapixels took 1 GB of memory; 50 stay under 400 MB."""
WEBP_QUALITY = 80
JPEG_QUALITY = 82

_COSINES = 2 * numpy.cos(numpy.pi / 64 * numpy.outer(numpy.arange(32), 2 * numpy.arange(32) + 1))
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = None  # the limit is MAX_PIXELS, asked before any pixel is decoded
PngImagePlugin.MAX_TEXT_MEMORY = 4 << 20


def widths_for(width: int) -> list[int]:
    """Widths to make of a picture ``width`` pixels wide: the ladder below it, then its own up to 1920."""
    widest = min(width, WIDTHS[-1])
    return [step for step in WIDTHS if step < widest] + [widest]


def inspect(path: str) -> dict[str, Any]:
    """Open and decode the picture wholly, if reduced. Raises :class:`Refusal` where it is not whole."""
    with _opened(Path(path)) as image:
        width, height = _shown_size(image)
        animated = getattr(image, "n_frames", 1) > 1
        media_type = FORMATS[str(image.format)]
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        _load(image)
    properties = {"animated": True} if animated else {}
    return {"media_type": media_type, "width": width, "height": height, "properties": properties}


def render(source: str, folder: str) -> dict[str, Any]:
    """Make every public file of the picture ``source`` in ``folder``.

    Returns ``renditions`` (name, purpose, media_type, width, height), ``width`` and ``height`` as shown, and
    ``phash``.
    """
    path, out = Path(source), Path(folder)
    with _opened(path) as image:
        width, height = _shown_size(image)
        full = _full(path, image=image, folder=out, media_type=FORMATS[str(image.format)])
        ladder = render_ladder(image, folder=out, purpose="picture")
    return {
        "width": width,
        "height": height,
        "phash": ladder["phash"],
        "marks": ladder["marks"],
        "renditions": [*ladder["renditions"], {**full, "width": width, "height": height}],
        "properties": {"colour": ladder["colour"]},
    }


def render_file(source: Path, *, folder: Path, purpose: str) -> dict[str, Any]:
    """The ladder of a picture file that stands for something else (a cover)."""
    with _opened(source) as image:
        return render_ladder(image, folder=folder, purpose=purpose)


def render_ladder(image: Image.Image, *, folder: Path, purpose: str) -> dict[str, Any]:
    """Write the ladder of ``image`` (not yet loaded, or in memory) as WebP and JPEG.

    One decode: JPEG is decoded at the smallest scale that still serves the widest step, each step is then
    reduced from the one above it.
    """
    shown_width, _height = _shown_size(image)
    steps = widths_for(shown_width)
    turned = _orientation(image) >= 5
    side = max(1, round(steps[-1] * image.height / image.width)) if not turned else steps[-1]
    image.draft("RGB", (steps[-1] if not turned else 1, side))
    _load(image)
    current = in_srgb(_upright(_narrowed(image, steps[-1])))
    renditions = []
    for width in reversed(steps):
        current = _to_width(current, width)
        renditions += _write(current, folder=folder, width=width, purpose=purpose)
    learnt = {"phash": perceptual_hash(current), "marks": picture_marks(current), "colour": _colour(current)}
    return {"renditions": renditions[::-1], **learnt}


def marks_of_file(source: str) -> dict[str, str]:
    """The marks by which ``source`` is known again, of a small picture as the ladder ends with."""
    with _opened(Path(source)) as image:
        image.draft("RGB", (WIDTHS[0], WIDTHS[0]))
        _load(image)
        return picture_marks(in_srgb(_upright(_narrowed(image, min(WIDTHS[0], _shown_size(image)[0])))))


def perceptual_hash(image: Image.Image) -> str:
    """64 bits of the picture's coarse structure as 16 hex digits; near pictures differ in few bits.

    The signs of the 8 x 8 lowest frequencies (DCT-II of 32 x 32 grey pixels) against their median: bit for
    bit the ``phash`` of the library ImageHash, without SciPy, which takes 0.2 s to load.
    """
    grey = _flat(image).convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    low = (_COSINES @ numpy.asarray(grey, dtype=float) @ _COSINES.T)[:8, :8]
    middle = numpy.median(low)
    bits = "".join("1" if frequency > middle else "0" for frequency in low.flatten())
    return f"{int(bits, 2):016x}"


def in_srgb(image: Image.Image) -> Image.Image:
    """``image`` as RGB, or RGBA where it is see-through, in the sRGB colour space, its profile dropped."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.point(lambda value: value / 256, "L") if image.mode == "I" else _eight_bits(image)
    see_through = image.has_transparency_data
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _through_profile(image, profile)
    if image.mode != ("RGBA" if see_through else "RGB"):
        image = image.convert("RGBA" if see_through else "RGB")
    image.info = {}
    return image


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The picture, not yet decoded. Raises :class:`Refusal` (``damaged``, ``too_many_pixels``)."""
    try:
        image = Image.open(path, formats=list(FORMATS))
    except (OSError, SyntaxError, ValueError) as error:
        raise Refusal("damaged") from error
    with image:
        if image.width * image.height > MAX_PIXELS:
            limit = MAX_PIXELS // 1_000_000
            raise Refusal("too_many_pixels", width=image.width, height=image.height, limit=limit)
        yield image


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except MemoryError:
        raise
    except (OSError, SyntaxError, ValueError, IndexError) as error:
        raise Refusal("truncated" if "truncated" in str(error) else "damaged") from error


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it is nonsense.

    Read from the block found with the header: asking Pillow would decode a PNG here, and hide its damage.
    """
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif") or b"")
        value = exif.get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return 1
    return value if value in range(1, 9) else 1


def _shown_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if _orientation(image) >= 5 else (width, height)


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    """Reduce to ``width`` as shown, before colours are converted, which costs by the pixel."""
    if image.mode in ("P", "1") or image.mode.startswith("I"):
        return image
    turned = _orientation(image) >= 5
    shown = image.height if turned else image.width
    if shown <= width:
        return image
    size = (max(1, round(image.width * width / shown)), max(1, round(image.height * width / shown)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.info = dict(image.info)
    return small


def _upright(image: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(image))
    if turn is None:
        return image
    upright = image.transpose(turn)
    upright.info = dict(image.info)
    return upright


def _to_width(image: Image.Image, width: int) -> Image.Image:
    if image.width == width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _eight_bits(image: Image.Image) -> Image.Image:
    """The high byte of 16-bit grey (Pillow's own conversion clips at 255 instead)."""
    return image.convert("I").point(lambda value: value / 256, "L")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colour = image.convert("RGB") if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            colour, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if converted is None:
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _flat(image: Image.Image) -> Image.Image:
    """``image`` on white."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _colour(image: Image.Image) -> str:
    """The mean colour as ``#rrggbb``, to show while the picture loads."""
    pixel = _flat(image).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return "#{:02x}{:02x}{:02x}".format(*pixel) if isinstance(pixel, tuple) else ""


def _write(image: Image.Image, *, folder: Path, width: int, purpose: str) -> list[dict[str, Any]]:
    about = {"purpose": purpose, "width": image.width, "height": image.height}
    image.save(folder / f"w{width}.webp", "WEBP", quality=WEBP_QUALITY, method=4)
    _flat(image).save(folder / f"w{width}.jpg", "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return [
        {**about, "name": f"w{width}.webp", "media_type": "image/webp"},
        {**about, "name": f"w{width}.jpg", "media_type": "image/jpeg"},
    ]


def _full(source: Path, *, image: Image.Image, folder: Path, media_type: str) -> dict[str, Any]:
    """The public copy at full size: the coded picture as it is where that shows right, else coded anew."""
    orientation = _orientation(image)
    name = f"full.{ENDINGS[media_type]}"
    if media_type == "image/jpeg" and image.mode != "CMYK":
        copy_without_metadata(
            source=source, target=folder / name, media_type=media_type, orientation=orientation
        )
    elif media_type != "image/jpeg" and orientation == 1:
        copy_without_metadata(source=source, target=folder / name, media_type=media_type)
    else:
        with _opened(source) as whole:
            _load(whole)
            upright = in_srgb(_upright(whole))
        upright.save(folder / name, quality=92)  # which PNG, being lossless, ignores
    return {"name": name, "purpose": "download", "media_type": media_type}
