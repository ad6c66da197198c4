"""Which addresses can be followed: the feeds of sections, which are files and so known to change.

Selections (a topic, a search) are made at each request; nobody can say when they changed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings

from cms.sections import render
from cms.sections.forms import Asked, asked_for
from cms.sections.parts import absolute

_PATH = re.compile(
    r"/feeds/(?P<section>[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_-]*)/(?P<name>[a-z.]+)"
)
LONGEST = 200
"""Characters of the path of a topic."""


def named(url: str) -> str | None:
    """The path of the live section's feed that ``url`` names on our site; None for everything else."""
    path = path_of(url)
    section, _form = parts(path)
    return path if section and render.find(section) else None


def path_of(url: str) -> str:
    """The path of ``url`` where it has the form of a feed of ours, live or not; else empty."""
    ours, given = urlsplit(settings.PUBLIC_BASE_URL), _split(url)
    if given is None or (given[0], given[1]) != (ours.scheme, ours.netloc.lower()):
        return ""
    path = given[2]
    return path if len(path) <= LONGEST and parts(path)[0] else ""


def parts(path: str) -> tuple[str, Asked | None]:
    """The section and the form that ``path`` names; an empty section where it is no feed of a section."""
    found = _PATH.fullmatch(path)
    form = asked_for(found["name"]) if found else None
    return (found["section"], form) if found and form else ("", None)


def stored_name(path: str) -> str:
    """Where the bytes of the feed at ``path`` lie in the storage of feeds."""
    return path.removeprefix("/")


def address(path: str) -> str:
    """``path`` as subscribers name it."""
    return absolute(path)


def _split(url: str) -> tuple[str, str, str] | None:
    try:
        found = urlsplit(url)
    except ValueError:
        return None
    return None if found.query or found.fragment else (found.scheme, found.netloc.lower(), found.path)
