"""What editors teach: abbreviations and other words, in effect everywhere within two seconds.

A question is expanded, never the index, so nothing has to be built anew.
"""

from __future__ import annotations

from search import text
from search.kept import Kept
from search.models import Synonym
from search.vocabulary import Entry


def forms(lines: str) -> tuple[str, ...]:
    """One form a line: canonical, single spaces, each once by what it is compared by."""
    found: dict[str, str] = {}
    for line in text.canonical(lines).split("\n"):
        tidy = " ".join(line.split())
        found.setdefault(text.key(tidy) or tidy, tidy)
    return tuple(form for form in found.values() if form)


def entry_of(synonym: Synonym) -> Entry:
    return Entry(
        short=forms(synonym.short),
        full=forms(synonym.full),
        both_ways=synonym.both_ways,
        off=not synonym.active,
    )


def _load() -> tuple[Entry, ...]:
    return tuple(entry_of(row) for row in Synonym.objects.order_by("pk"))


KEPT: Kept[tuple[Entry, ...]] = Kept(lambda: Synonym, _load)


def entries() -> tuple[Entry, ...]:
    """A source of :mod:`search.vocabulary`."""
    return KEPT.get()
