"""How often resources are used: sources count, each in its own way, and the search only adds up.

Uses by staff and by programs do not count; that is each source's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

Source = Callable[[Collection[int]], Mapping[int, int]]
"""Uses by id, of those among the ids that have any; in a constant number of queries."""
_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let ``source`` count as well; registering a name anew replaces it."""
    _SOURCES[name] = source


def counts(ids: Collection[int]) -> Mapping[int, int]:
    """Uses of each of ``ids`` over all sources."""
    found: Counter[int] = Counter()
    for source in _SOURCES.values():
        found.update(source(ids))
    return found
