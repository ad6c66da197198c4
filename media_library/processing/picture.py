"""Pictures: opened once, reduced in a cascade, written as WebP, JPEG and AVIF. For the sandbox: no Django."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
from PIL import (
    AvifImagePlugin,
    ExifTags,
    Image,
    PngImagePlugin,
    WebPImagePlugin,  # noqa: F401  (known from the start: looking for it loads forty others)
)

from media_library.processing import contrast, crop, drawing, embedded_picture
from media_library.processing.clean_copy import copy_without_metadata
from media_library.processing.colours import has_true_profile, in_srgb, mean_colour, on_white
from media_library.processing.credit_packet import empty_xmp
from media_library.processing.marks import picture_marks
from media_library.processing.refusal import Refusal

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MEDIA_TYPES = {**FORMATS, drawing.FORMAT: drawing.MEDIA_TYPE}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
WIDTHS = (320, 640, 1280, 1920, 2560)
AVIF_WIDTHS = (640, 1280)
"""Between these, as narrow screens show them: where bytes count most, and coding costs least."""
MAX_PIXELS = 50_000_000
"""A picture of 120 megapixels took 1 GB of memory; 50 stay under 400 MB."""
WEBP_QUALITY, WEBP_EFFORT = 80, 2
"""Effort 4, the usual one, takes twice the time for 2 to 4 % of the bytes (docs/decisions/0108)."""
JPEG_QUALITY = 82
AVIF_QUALITY, AVIF_SPEED = 60, 9

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
    """Widths to make of a picture ``width`` pixels wide: the ladder below it, then its own up to 2560."""
    widest = min(width, WIDTHS[-1])
    return [step for step in WIDTHS if step < widest] + [widest]


def inspect(path: str) -> dict[str, Any]:
    """Open and decode the picture wholly, if reduced. Raises :class:`Refusal` where it is not whole."""
    with _opened(Path(path)) as image:
        width, height = _shown_size(image)
        animated = getattr(image, "n_frames", 1) > 1
        media_type = MEDIA_TYPES[str(image.format)]
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        _load(image)
        told = embedded_picture.of_picture(image)
    properties = {**({"animated": True} if animated else {}), **({"embedded": told} if told else {})}
    return {"media_type": media_type, "width": width, "height": height, "properties": properties}


def render(source: str, folder: str) -> dict[str, Any]:
    """Make every public file of the picture ``source`` in ``folder``.

    Returns ``renditions`` (name, purpose, media_type, width, height), ``width`` and ``height`` as shown, and
    ``phash``.
    """
    path, out = Path(source), Path(folder)
    with _opened(path) as image:
        width, height = _shown_size(image)
        full = _full(path, image=image, folder=out, media_type=MEDIA_TYPES[str(image.format)])
        ladder = render_ladder(image, folder=out, purpose="picture", crops=True)
    return {
        "width": width,
        "height": height,
        "phash": ladder["phash"],
        "marks": ladder["marks"],
        "renditions": [*ladder["renditions"], {**full, "width": width, "height": height}],
        "properties": {"colour": ladder["colour"], "focus": None, "weak_words": ladder["weak_words"]},
    }


def render_file(source: Path, *, folder: Path, purpose: str) -> dict[str, Any]:
    """The ladder of a picture file that stands for something else (a cover)."""
    with _opened(source) as image:
        return render_ladder(image, folder=folder, purpose=purpose)


def render_ladder(image: Image.Image, *, folder: Path, purpose: str, crops: bool = False) -> dict[str, Any]:
    """Write the ladder of ``image`` (not yet loaded, or in memory), and ``crops`` of its widest step.

    One decode: JPEG is decoded at the smallest scale that still serves the widest step, each step is then
    reduced from the one above it.
    """
    steps = widths_for(_shown_size(image)[0])
    current = _widest(image, steps[-1])
    cut = crop.write_crops(on_white(current), folder=folder, focus=None) if crops else []
    renditions, weak = [], None
    looked_at = max((step for step in steps if step <= contrast.WIDTH), default=steps[0])
    for width in reversed(steps):
        current = _to_width(current, width)
        if crops and width == looked_at:
            weak = contrast.weak_words(current)
        renditions += _write(current, folder=folder, width=width, purpose=purpose)
    told = {
        "phash": perceptual_hash(current),
        "marks": picture_marks(current),
        "colour": mean_colour(current),
        "weak_words": weak,
    }
    return {"renditions": [*renditions[::-1], *cut], **told}


def marks_of_file(source: str) -> dict[str, str]:
    """The marks by which ``source`` is known again, of a small picture as the ladder ends with."""
    return picture_marks(small(source, width=WIDTHS[0]))


def small(source: str, *, width: int) -> Image.Image:
    """``source`` upright, in sRGB, at most ``width`` pixels wide. Raises :class:`Refusal`."""
    with _opened(Path(source)) as image:
        return _widest(image, min(width, _shown_size(image)[0]))


def cut_anew(source: str, folder: str, focus: list[float] | None) -> list[dict[str, Any]]:
    """The crops of the picture ``source`` round ``focus`` (None: where most detail is), in ``folder``."""
    with _opened(Path(source)) as image:
        widest = _widest(image, widths_for(_shown_size(image)[0])[-1])
    point = (focus[0], focus[1]) if focus else None
    return crop.write_crops(on_white(widest), folder=Path(folder), focus=point)


def _widest(image: Image.Image, width: int) -> Image.Image:
    """``image`` decoded and reduced to ``width``, upright, in sRGB."""
    turned = orientation_of(image) >= 5
    side = width if turned else max(1, round(width * image.height / image.width))
    image.draft("RGB", (1 if turned else width, side))
    _load(image)
    return in_srgb(_upright(_narrowed(image, width)))


def perceptual_hash(image: Image.Image) -> str:
    """64 bits of the picture's coarse structure as 16 hex digits; near pictures differ in few bits.

    The signs of the 8 x 8 lowest frequencies (DCT-II of 32 x 32 grey pixels) against their median: bit for
    bit the ``phash`` of the library ImageHash, without SciPy, which takes 0.2 s to load.
    """
    grey = on_white(image).convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    low = (_COSINES @ numpy.asarray(grey, dtype=float) @ _COSINES.T)[:8, :8]
    middle = numpy.median(low)
    bits = "".join("1" if frequency > middle else "0" for frequency in low.flatten())
    return f"{int(bits, 2):016x}"


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The picture, not yet decoded. Raises :class:`Refusal` (``damaged``, ``too_many_pixels``)."""
    if drawing.is_drawing(path):
        with drawing.drawn(path) as image:
            yield image
        return
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


def orientation_of(image: Image.Image) -> int:
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
    return (height, width) if orientation_of(image) >= 5 else (width, height)


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    """Reduce to ``width`` as shown, before colours are converted, which costs by the pixel."""
    if image.mode in ("P", "1") or image.mode.startswith("I"):
        return image
    turned = orientation_of(image) >= 5
    shown = image.height if turned else image.width
    if shown <= width:
        return image
    size = (max(1, round(image.width * width / shown)), max(1, round(image.height * width / shown)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.info = dict(image.info)
    return small


def _upright(image: Image.Image) -> Image.Image:
    turn = _TURNS.get(orientation_of(image))
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


def _write(image: Image.Image, *, folder: Path, width: int, purpose: str) -> list[dict[str, Any]]:
    about = {"purpose": purpose, "width": image.width, "height": image.height}
    flat, names = on_white(image), [(f"w{width}.webp", "image/webp"), (f"w{width}.jpg", "image/jpeg")]
    image.save(folder / names[0][0], "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
    flat.save(folder / names[1][0], "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    if _written_as_avif(image, target=folder / f"w{width}.avif", rival=folder / names[0][0]):
        names.append((f"w{width}.avif", "image/avif"))
    return [{**about, "name": name, "media_type": media_type} for name, media_type in names]


def _written_as_avif(image: Image.Image, *, target: Path, rival: Path) -> bool:
    """Code it as AVIF, and keep that only where it is smaller than ``rival``, the same as WebP."""
    if not (AvifImagePlugin.SUPPORTED and AVIF_WIDTHS[0] <= image.width <= AVIF_WIDTHS[1]):
        return False
    options = {"quality": AVIF_QUALITY, "speed": AVIF_SPEED, "max_threads": 1, "xmp": empty_xmp()}
    image.save(target, "AVIF", **options)
    if target.stat().st_size < rival.stat().st_size:
        return True
    target.unlink()
    return False


def _full(source: Path, *, image: Image.Image, folder: Path, media_type: str) -> dict[str, Any]:
    """The public copy at full size: the coded picture as it is where that shows right, else coded anew."""
    if media_type == drawing.MEDIA_TYPE:
        in_srgb(image).save(folder / "full.png")
        return {"name": "full.png", "purpose": "download", "media_type": "image/png"}
    orientation = orientation_of(image)
    name = f"full.{ENDINGS[media_type]}"
    if (image.mode != "CMYK") if media_type == "image/jpeg" else (orientation == 1):
        copy_without_metadata(
            source=source,
            target=folder / name,
            media_type=media_type,
            orientation=orientation,
            profile=has_true_profile(image),
        )
    else:
        with _opened(source) as whole:
            _load(whole)
            upright = in_srgb(_upright(whole))
        upright.save(folder / name, quality=92)  # which PNG, being lossless, ignores
    return {"name": name, "purpose": "download", "media_type": media_type}
