"""What of ours stands in a page of another site: frames, the component, links. Needs no Django.

Runs in the sandbox: the page is written by others. Only attributes are looked at, and only addresses below one
of ``bases``; text and comments count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

MOST = 500
"""Resources and sections that are told of one page."""
_ID = r"(k57-[0-9a-z]{4}-[0-9a-z]{4})"
_RESOURCE = re.compile(rf"/(?:(?:vi|en)/r|embed/r|files)/{_ID}(?:/|$)")
_SECTION = re.compile(
    r"/(?:feeds|embed|(?:vi|en)/s)/(?!r/|topic/|audience/|campaign/)([A-Za-z0-9_-]{1,20}/[A-Za-z0-9_-]{1,60})(?:/|$)"
)
FORMS = ("component", "frame", "feed", "link")
"""From the strongest sign to the weakest; the names of :class:`cms.coverage.models.Form`."""
_ATTRIBUTES = ("src", "href", "data-src")
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,20}/[A-Za-z0-9_-]{1,60}")


def read(*, file: str, url: str, bases: list[str]) -> dict[str, Any]:
    """``resources``: public ids; ``sections``: ``AGENCY/slug``; each in the order of the page, once.

    ``form``: how they stand there, the strongest of :data:`FORMS`; empty where nothing of ours was found.

    ``file``: the page as it came; ``url``: where from; ``bases``: addresses of this library, earlier ones too.
    """
    raw = Path(file).read_bytes()
    page = _Page(url=url, bases=[_key(base) for base in bases])
    page.feed(_text(raw))
    page.close()
    form = next((each for each in FORMS if each in page.forms), "")
    return {"resources": list(page.resources), "sections": list(page.sections), "form": form}


def _text(raw: bytes) -> str:
    """What is looked for is ASCII: a page in an older encoding is read as well."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8", errors="replace")


def _key(address: str) -> tuple[str, str]:
    """Host with port, and path without the last slash; http and https are the same library."""
    parts = urlsplit(address)
    return parts.netloc.lower(), parts.path.rstrip("/")


class _Page(HTMLParser):
    def __init__(self, *, url: str, bases: list[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.url, self.bases = url, bases
        self.resources: dict[str, None] = {}
        self.sections: dict[str, None] = {}
        self.forms: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "base" and named.get("href"):
            self.url = self._joined(named["href"])
        for path in self._ours(named):
            self._take(path, tag=tag)
        if tag == "kho57-section" and _ADDRESS.fullmatch(named.get("section", "")):
            self._add(self.sections, named["section"], form="component")

    def _ours(self, named: dict[str, str]) -> Iterator[str]:
        """Paths on this library that the attributes lead to."""
        for name in _ATTRIBUTES:
            if name not in named:
                continue
            address = self._joined(named[name].strip())
            try:
                host, path = _key(address)
            except ValueError:
                continue
            for own, folder in self.bases:
                if host == own and path.startswith(f"{folder}/"):
                    yield unquote(path[len(folder) :])

    def _take(self, path: str, *, tag: str) -> None:
        form = "frame" if tag in ("iframe", "frame") else "feed" if path.startswith("/feeds/") else "link"
        if found := _RESOURCE.match(path):
            self._add(self.resources, found[1], form=form)
        elif found := _SECTION.match(path):
            self._add(self.sections, found[1], form=form)

    def _joined(self, address: str) -> str:
        try:
            return urljoin(self.url, address)
        except ValueError:
            return ""

    def _add(self, found: dict[str, None], name: str, *, form: str) -> None:
        self.forms.add(form)
        if len(found) < MOST:
            found[name] = None
