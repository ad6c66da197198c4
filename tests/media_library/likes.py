"""Files that resemble each other, with their fingerprints taken as processing takes them."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageEnhance

from media_library.intake import alike, nearness
from media_library.models import Agency, Likeness, StoredFile
from media_library.processing.marks import picture_marks
from tests.factories import make_stored_file
from tests.media_library import specimens

LONG_TEXT = " ".join(f"Câu số {number} nói về chuyển đổi số ở xã thứ {number * 7}." for number in range(60))


@cache
def photo(name: str = "PANDA") -> Image.Image:
    """A photograph of the demonstration, small."""
    with Image.open(getattr(specimens, name)) as opened:
        return opened.convert("RGB").resize((480, 320))


def coded(image: Image.Image, *, quality: int = 80) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def brighter(image: Image.Image, factor: float = 1.15) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(factor)


def stored_picture(
    agency: Agency, image: Image.Image, *, quality: int = 80, name: str = "anh.jpg"
) -> StoredFile:
    """A stored file of ``image`` with its fingerprint, paired with what is there."""
    content = coded(image, quality=quality)
    file = make_stored_file(agency, content=content, media_type="image/jpeg", name=name)
    with Image.open(io.BytesIO(content)) as opened:
        alike.keep(file, scheme=Likeness.PICTURE, marks=picture_marks(opened.convert("RGB")))
    alike.pair(file)
    return file


def stored_words(agency: Agency, text: str, *, name: str = "loi.vtt") -> StoredFile:
    """Captions that say ``text``, with their fingerprint."""
    cues = {"cues": [{"start": 0.0, "end": 4.0, "text": text}]}
    file = make_stored_file(
        agency, content=f"WEBVTT {name} {text[:9]}".encode(), media_type="text/vtt", name=name, extracted=cues
    )
    alike.keep(file, scheme=Likeness.TEXT, marks=nearness.text_marks(text))
    alike.pair(file)
    return file
