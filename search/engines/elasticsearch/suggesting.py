"""Lines to suggest, out of the documents that were found for what is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from search import text
from search.engines.elasticsearch import source

_KINDS = ("topic", "agency", "keyword", "title")
"""In the order in which they are offered."""


class Line(NamedTuple):
    """``key``: its folded form, by which two lines are the same."""

    key: str
    text: str
    kind: str


def matching(rows: Sequence[Mapping[str, Any]], typed: str, *, language: str, within: bool) -> Iterator[Line]:
    """Lines of ``rows`` (documents, best first) that begin with ``typed``, or ``within`` which a later word does.

    The language's first, vocabulary before titles. Keys are made as far as the reader goes: those of every line
    of 48 documents took longer than the server (figures: docs/decisions/0073).
    """
    first: dict[tuple[bool, int, str], int] = {}
    for number, row in enumerate(rows):
        for kind, written, line in map(source.read_offered, row.get("fields", {}).get("offered", ())):
            first.setdefault((written != language, _KINDS.index(kind), line), number)
    ranked = sorted((foreign, place, number, line) for (foreign, place, line), number in first.items())
    for _foreign, place, _number, line in ranked:
        key = _key_of(line)
        if f" {typed}" in key if within else key.startswith(typed):
            yield Line(key, line, _KINDS[place])


@lru_cache(maxsize=4096)
def _key_of(line: str) -> str:
    """Topics, agencies and keywords come again with every prefix."""
    return text.key(line)
