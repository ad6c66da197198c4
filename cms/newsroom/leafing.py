"""Lists by key: each page costs the same however deep, since it begins behind the last row of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import QuerySet

PAGE = 20
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[_Row]):
    """One page. ``after``: what begins the next, or empty on the last; ``first``: whether none stands before."""

    rows: list[_Row]
    after: str
    first: bool


def newest(found: QuerySet[_Row], *, after: str, size: int = PAGE) -> Leaf[_Row]:
    """The page of ``found``, newest first, that follows the key ``after``; what is no key starts anew."""
    place = key(after)
    rows: Any = found.order_by("-pk")
    if place:
        rows = rows.filter(pk__lt=place)
    shown = list(rows[: size + 1])
    more = len(shown) > size
    return Leaf(shown[:size], str(shown[size - 1].pk) if more else "", place == 0)


def key(text: str) -> int:
    """The key in an address, or 0: any number that a table can hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
