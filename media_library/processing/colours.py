"""Colours of pictures as every screen shows them: sRGB, eight bits, see-through or on white. No Django."""

from __future__ import annotations

import io

from PIL import Image, ImageCms


def has_true_profile(image: Image.Image) -> bool:
    """Whether what stands in the place of the colour profile is one; it could be anything."""
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(image.info.get("icc_profile") or b""))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return True


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


def on_white(image: Image.Image) -> Image.Image:
    """``image`` on white."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def mean_colour(image: Image.Image) -> str:
    """The mean colour as ``#rrggbb``, to show while the picture loads."""
    pixel = on_white(image).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return "#{:02x}{:02x}{:02x}".format(*pixel) if isinstance(pixel, tuple) else ""
