"""Places in a list of results, as opaque text in addresses.

A cursor names the question and the engine it belongs to, so that one of another question, or a forged one,
is refused rather than answered with nonsense. It holds nothing secret. The state of the index that pages are
taken from is remembered for some minutes under a short name.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import cache

from search.engines.contract import Position
from search.request import SearchRequest
from search.text import LONGEST_SORT_KEY

_DIGITS = re.compile(rf"[0-9]{{0,{LONGEST_SORT_KEY}}}")
_NAME = re.compile(r"[0-9a-f]{16}|")
KEPT = 300
"""Seconds for which a state of the index is remembered after a page was taken from it."""


class BadCursor(ValueError):
    """Not a place in the results of this request."""


class Place(NamedTuple):
    """Where the next page begins, which engine said so, and the state of its index (empty: the newest)."""

    engine: str
    position: Position
    snapshot: str = ""


def write(request: SearchRequest, place: Place) -> str:
    """``place`` within the results of ``request``."""
    name = _remember(place.snapshot) if place.snapshot else ""
    packed = json.dumps([_question(request), place.engine, name, *place.position], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read(request: SearchRequest) -> Place | None:
    """The place that ``request.after`` names, None on the first page. Raises :class:`BadCursor`."""
    if not request.after:
        return None
    try:
        packed = base64.urlsafe_b64decode(request.after + "=" * (-len(request.after) % 4))
        question, engine, name, value, key = json.loads(packed)
    except (binascii.Error, ValueError, TypeError, RecursionError) as problem:
        raise BadCursor(request.after) from problem
    if question != _question(request) or not _sound(value, request.effective_sort):
        raise BadCursor(request.after)
    if type(key) is not int or not -(2**63) < key < 2**63:
        raise BadCursor(request.after)
    if not isinstance(engine, str) or not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadCursor(request.after)
    return Place(engine, (value, key), cache.get(f"search-state:{name}", "") if name else "")


def _remember(snapshot: str) -> str:
    name = blake2b(snapshot.encode(), digest_size=8).hexdigest()
    cache.set(f"search-state:{name}", snapshot, KEPT)
    return name


def _sound(value: object, sort: str) -> bool:
    """A finite number that every database takes; digits where titles order."""
    if sort == "title":
        return isinstance(value, str) and bool(_DIGITS.fullmatch(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 2**63


def _question(request: SearchRequest) -> str:
    asked = request.without("after").query_string().encode()
    return blake2b(asked, digest_size=6).hexdigest()
