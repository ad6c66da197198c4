"""XML of feeds: elements with prefixed names, written as UTF-8 with one declaration.

Namespaces are declared once, at the root, with the prefixes that readers of feeds expect to see.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
}


def declared(*prefixes: str) -> dict[str, str]:
    """Attributes of a root that declare ``prefixes``."""
    return {f"xmlns:{prefix}": NAMESPACES[prefix] for prefix in prefixes}


def add(parent: Element, name: str, text: str = "", **attributes: str | int | None) -> Element:
    """A new last child of ``parent``. Attributes without a value are left out; ``type_`` is ``type``."""
    given = {key.rstrip("_"): str(value) for key, value in attributes.items() if value not in (None, "")}
    child = SubElement(parent, name, given)
    child.text = text or None
    return child


def piece(root: Element) -> bytes:
    """An element alone, to stand within a document that declares its prefixes."""
    return tostring(root, encoding="utf-8", xml_declaration=False)


def written(root: Element, pieces: Iterable[bytes] = ()) -> bytes:
    """The document as bytes, its declaration first; ``pieces`` follow the last child of its innermost end."""
    text = piece(root)
    end = next((each for each in (b"</channel></rss>", b"</feed>") if text.endswith(each)), b"")
    return b"".join((_DECLARATION, text.removesuffix(end), *pieces, end))
