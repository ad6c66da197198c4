"""Who still shows a resource that was withdrawn: told by those who look, which are named in the settings.

``WITHDRAWAL_WITNESSES`` names functions that take a public id and return places with ``url``, ``agency`` and
``visited_at``; the crawl of the sections is one. One that fails is left out, and that is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

MOST = 200


class Witnessed(Protocol):
    """A page that showed the resource when it was last looked at."""

    @property
    def url(self) -> str: ...
    @property
    def agency(self) -> object: ...
    @property
    def visited_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Serving:
    """A page elsewhere that may still show it. ``since_then``: it was seen there after the withdrawal."""

    url: str
    agency: str
    agency_id: int | None
    """None where the witness knows its name only."""
    seen_at: datetime | None
    since_then: bool


@dataclass(frozen=True)
class Testimony:
    """``asked``: whether anybody looks at all; ``whole``: whether everybody who looks could answer."""

    pages: tuple[Serving, ...]
    asked: bool
    whole: bool


def testimony(public_id: str, *, withdrawn_at: datetime) -> Testimony:
    """What the witnesses say of the resource, those pages first that showed it after it was withdrawn."""
    found: list[Serving] = []
    whole = True
    for name in settings.WITHDRAWAL_WITNESSES:
        try:
            places: Iterable[Witnessed] = import_string(name)(public_id)
            found += [_serving(place, withdrawn_at) for place in places]
        except Exception:  # another room's code: what it fails in must not hide what the others saw
            logger.exception("withdrawal_witness_failed", extra={"witness": name})
            whole = False
    found.sort(key=lambda one: (not one.since_then, one.agency, one.url))
    return Testimony(tuple(found[:MOST]), bool(settings.WITHDRAWAL_WITNESSES), whole)


def _serving(place: Witnessed, withdrawn_at: datetime) -> Serving:
    seen = place.visited_at
    key = getattr(place.agency, "pk", None)
    return Serving(place.url, str(place.agency), key, seen, seen is not None and seen >= withdrawn_at)
