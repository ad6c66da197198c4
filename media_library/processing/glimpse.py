"""A small picture of a file that nobody keeps, to be shown beside another. For the sandbox: no Django."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from media_library.processing import container as media
from media_library.processing import picture
from media_library.processing.refusal import Refusal

WIDTH, HEIGHT = 480, 480
"""Pixels at the most: about 20 KB, carried within the page itself."""


def of_picture(source: str) -> str:
    """``source`` reduced, as JPEG in base 64. Raises :class:`Refusal`."""
    return _small(picture.small(source, width=WIDTH))


def of_film(source: str, media_type: str) -> str:
    """The first frame of a film as JPEG in base 64; empty where none can be decoded. Raises :class:`Refusal`."""
    with media.opened(source, media_type=media_type) as container:
        stream = media.film_stream(container)
        if stream is None:
            raise Refusal("no_picture")
        frame: Any = next(container.decode(stream), None)
        return _small(frame.to_image()) if frame is not None else ""


def _small(image: Image.Image) -> str:
    image = image.convert("RGB")
    image.thumbnail((WIDTH, HEIGHT))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return base64.b64encode(out.getvalue()).decode("ascii")
