"""The page that stands in an agency's frame."""

from __future__ import annotations

from django.template.loader import render_to_string

from cms.sections.entries import Publication

MEDIA_TYPE = "text/html; charset=utf-8"


def write(publication: Publication, *, preview: bool = False) -> bytes:
    """The frame page as UTF-8 HTML. It has no form, no cookie and no request but to us."""
    context = {"publication": publication, "preview": preview}
    return render_to_string("sections/frame.html", context).encode()
