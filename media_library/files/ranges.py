"""The Range header of a request for a file, as RFC 9110 section 14 reads it. Needs no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")


@dataclass(frozen=True)
class Span:
    """Bytes ``start`` to ``start + length`` of a file."""

    start: int
    length: int


class Unsatisfiable(ValueError):
    """The range begins past the end: answer 416."""


def parse_range(header: str, *, size: int) -> Span | None:
    """The one range that is asked for, or None where the whole is to be sent.

    Several ranges, other units and nonsense mean the whole, as the RFC allows. Raises :class:`Unsatisfiable`.
    """
    match = _ONE_RANGE.fullmatch(header)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        if length == 0:
            raise Unsatisfiable
        return Span(size - length, length)
    start = int(match[1])
    end = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, end - start + 1)
