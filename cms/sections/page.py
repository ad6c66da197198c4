"""The page that stands in an agency's frame."""

from __future__ import annotations

from functools import partial

from django.template.loader import render_to_string

from cms.sections.entries import Entry, Publication
from cms.sections.sharing import once

MEDIA_TYPE = "text/html; charset=utf-8"


def write(publication: Publication, *, preview: bool = False) -> bytes:
    """The frame page as UTF-8 HTML. It has no form, no cookie and no request but to us."""
    item = partial(_item, language=publication.language)
    items = [
        once(("frame", place == 0), entry, partial(item, entry, lead=place == 0))
        for place, entry in enumerate(publication.entries)
    ]
    context = {"publication": publication, "items": items, "preview": preview}
    return render_to_string("sections/frame.html", context).encode()


def _item(entry: Entry, *, language: str, lead: bool) -> str:
    return render_to_string("sections/parts/item.html", {"entry": entry, "language": language, "lead": lead})
