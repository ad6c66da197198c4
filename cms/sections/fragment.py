"""``section.html``: a piece of HTML that an agency's server puts into its own page.

It holds no script, style, identifier or heading above the third level, so that it can stand anywhere; classes
begin with ``kho57-`` for the host's style sheet. What it says is marked for machines by schema.org microdata,
which needs no script.
"""

from __future__ import annotations

from functools import partial

from django.template.loader import render_to_string

from cms.sections.entries import Entry, Publication
from cms.sections.sharing import once

MEDIA_TYPE = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""For who opens it by itself: nothing in it acts."""
TYPES = {
    "infographic": "ImageObject",
    "photo": "ImageObject",
    "video": "VideoObject",
    "podcast": "AudioObject",
    "article": "Article",
    "document": "DigitalDocument",
}


WIDEST = 320
"""Pixels that a picture takes where the host's style sheet says nothing: a phone's page holds that."""


def write(publication: Publication, url: str) -> bytes:
    """The piece as UTF-8 HTML."""
    article = partial(_article, language=publication.language)
    rows = [
        {"kind": each.kind, "article": once("fragment", each, partial(article, each))}
        for each in publication.entries
    ]
    return render_to_string("sections/fragment.html", {"publication": publication, "rows": rows}).encode()


def _article(entry: Entry, *, language: str) -> str:
    """An entry, with the JPEG that is sharp at :data:`WIDEST`."""
    jpegs = [
        each for each in entry.pictures if each.media_type == "image/jpeg" and each.width and each.height
    ]
    picture = min(jpegs, key=lambda each: abs(each.width - 2 * WIDEST)) if jpegs else None
    width = min(picture.width, WIDEST) if picture else 0
    height = round(picture.height * width / picture.width) if picture else 0
    type_ = TYPES.get(entry.kind, "CreativeWork")
    context = {"entry": entry, "type": type_, "picture": picture, "width": width, "height": height}
    return render_to_string("sections/parts/fragment_entry.html", {**context, "language": language})
