"""``links.txt``: addresses and titles, one a line, for what reads nothing else.

The shape is that of ``text/uri-list`` (RFC 2483, 5): a line that begins with ``#`` is a title, the next its
address.
"""

from __future__ import annotations

from cms.sections.entries import Publication

MEDIA_TYPE = "text/plain; charset=utf-8"


def write(publication: Publication, url: str) -> bytes:
    """The list as UTF-8 text with the line ends that RFC 2483 asks."""
    lines = [f"# {publication.title}"]
    for entry in publication.entries:
        lines += [f"# {entry.title}", entry.url]
    return "".join(f"{' '.join(line.split())}\r\n" for line in lines).encode()
