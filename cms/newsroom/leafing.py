"""Lists by key: each page costs the same however deep, since it begins behind the last row of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

PAGE = 20
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[_Row]):
    """One page. ``after``: what begins the next, or empty on the last; ``first``: whether none stands before."""

    rows: list[_Row]
    after: str
    first: bool


def newest(found: QuerySet[_Row], *, after: str, size: int = PAGE, by: str = "pk") -> Leaf[_Row]:
    """The page of ``found``, newest first, that follows the key ``after``; what is no key starts anew.

    ``by``: the field of the time that orders them, of those with the same the later key first.
    """
    place = key(after)
    behind = _behind(found, place, by) if place else None
    ordered = (found if behind is None else behind).order_by(*dict.fromkeys((f"-{by}", "-pk")))
    shown: list[Any] = list(ordered[: size + 1])
    more = len(shown) > size
    return Leaf(shown[:size], str(shown[size - 1].pk) if more else "", behind is None)


def _behind(found: Any, place: int, by: str) -> Any:
    """What stands behind the row of the key ``place``; None where there is no such row."""
    if by == "pk":
        return found.filter(pk__lt=place)
    moment = found.filter(pk=place).values_list(by, flat=True).first()
    if moment is None:
        return None
    return found.filter(Q(**{f"{by}__lt": moment}) | Q(**{by: moment}, pk__lt=place))


def key(text: str) -> int:
    """The key in an address, or 0: any number that a table can hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
