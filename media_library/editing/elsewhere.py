"""Pages that other rooms have about one resource, named at the head of its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from media_library.models import Resource


@dataclass(frozen=True)
class Page:
    url: str
    name: str


Pointer = Callable[[Resource, Any], Page | None]
_pointers: dict[str, Pointer] = {}


def register(name: str, pointer: Pointer) -> None:
    """Let ``pointer(resource, user)`` say whether it has a page; registering a name anew replaces it."""
    _pointers[name] = pointer


def pages_of(resource: Resource, user: Any) -> list[Page]:
    """What ``user`` finds elsewhere about ``resource``."""
    return [page for pointer in _pointers.values() if (page := pointer(resource, user)) is not None]
