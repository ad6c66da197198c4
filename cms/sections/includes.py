"""Code for an agency's own server: the examples in examples/server-include/, with the address in place.

The examples are what is given out, so what their tests run is what webmasters paste.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

PLACEHOLDER = "https://kho57.example/feeds/XA-20056/ban-tin-xa/section.html"
_FILES = (
    ("PHP", "section.php"),
    ("ASP.NET", "Kho57Section.cs"),
    ("Java (JSP)", "Kho57Section.java"),
    ("Python", "section.py"),
)


@dataclass(frozen=True)
class Include:
    """A program in ``language`` that puts the piece of HTML at an address into a page."""

    language: str
    name: str
    code: str


def includes(address: str) -> list[Include]:
    """Every example for the ``section.html`` at the absolute ``address``."""
    return [Include(language, name, _text(name).replace(PLACEHOLDER, address)) for language, name in _FILES]


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    path = settings.BASE_DIR / "examples" / "server-include" / name
    return str(path.read_text(encoding="utf-8"))
