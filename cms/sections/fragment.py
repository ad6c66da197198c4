"""``section.html``: a piece of HTML that an agency's server puts into its own page.

It holds no script, style, identifier or heading above the third level, so that it can stand anywhere; classes
begin with ``kho57-`` for the host's style sheet. What it says is marked for machines by schema.org microdata,
which needs no script.
"""

from __future__ import annotations

from django.template.loader import render_to_string

from cms.sections.entries import Publication

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


def write(publication: Publication, url: str) -> bytes:
    """The piece as UTF-8 HTML."""
    rows = [{"entry": entry, "type": TYPES.get(entry.kind, "CreativeWork")} for entry in publication.entries]
    return render_to_string(
        "sections/fragment.html", {"publication": publication, "rows": rows, "url": url}
    ).encode()
