"""Lists that one room of the site keeps and another gives out as feeds and frames: neither knows the other.

A room registers where its lists are found, when its application is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """``resource_ids`` in their order, whatever may be shown of them; ``page``: where people see the same."""

    title: str
    page: str
    resource_ids: Sequence[int]
    intro: str = ""


Finder = Callable[[str, str], Listed | None]
"""Of a code and the language of the interface; None where there is no such list, or none for everyone."""
_finders: dict[str, Finder] = {}


def register(name: str, finder: Finder) -> None:
    """``name`` is the part of an address that stands before the code, such as ``lightbox``."""
    _finders[name] = finder


def find(name: str, code: str, *, language: str) -> Listed | None:
    """Raises :class:`KeyError` for a name that nobody registered."""
    return _finders[name](code, language)
