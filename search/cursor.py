"""Places in a list of results, as opaque text in addresses.

A cursor names the question it belongs to, so that one of another question, or a forged one, is refused
rather than answered with nonsense. It holds nothing secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from hashlib import blake2b

from search.engines.contract import Position
from search.request import SearchRequest
from search.text import LONGEST_SORT_KEY

_DIGITS = re.compile(rf"[0-9]{{0,{LONGEST_SORT_KEY}}}")


class BadCursor(ValueError):
    """Not a place in the results of this request."""


def write(request: SearchRequest, position: Position) -> str:
    """``position`` within the results of ``request``."""
    packed = json.dumps([_question(request), *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read(request: SearchRequest) -> Position | None:
    """The position that ``request.after`` names, None on the first page. Raises :class:`BadCursor`."""
    if not request.after:
        return None
    try:
        packed = base64.urlsafe_b64decode(request.after + "=" * (-len(request.after) % 4))
        question, value, pk = json.loads(packed)
    except (binascii.Error, ValueError, TypeError, RecursionError) as problem:
        raise BadCursor(request.after) from problem
    if question != _question(request) or not _sound(value, request.effective_sort):
        raise BadCursor(request.after)
    if type(pk) is not int or not -(2**63) < pk < 2**63:
        raise BadCursor(request.after)
    return value, pk


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
