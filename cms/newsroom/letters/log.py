"""The log of corrections of one resource, as every reader may see it: what changed, when, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cms.language import interface_language
from cms.newsroom import leafing
from cms.newsroom.letters.occasions import log_of
from cms.newsroom.models import Happening, Occasion
from media_library.models import Resource

SHOWN = 5
"""On the page of the resource; the rest stands on a page of its own."""
PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """``lang`` is given where the sentence is not in the language of the page."""

    at: datetime
    label: str
    sentence: str = ""
    lang: str = ""
    also: str = ""
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """The first entries, and whether there are more."""

    entries: list[Entry]
    more: bool

    @property
    def corrected(self) -> Entry | None:
        """The newest correction among the entries."""
        return next((one for one in self.entries if one.is_correction), None)


def newest(resource: Resource) -> Log:
    rows = list(log_of(resource)[: SHOWN + 1])
    return Log([entry(row) for row in rows[:SHOWN]], len(rows) > SHOWN)


def page(resource: Resource, *, before: str) -> tuple[list[Entry], str]:
    """What follows the row of key ``before``, and the key to go on after, or nothing."""
    leaf = leafing.newest(log_of(resource), after=before, size=PAGE, by="at")
    return [entry(row) for row in leaf.rows], leaf.after


def entry(row: Occasion) -> Entry:
    lang = interface_language()
    own, other = (row.en, row.vi) if lang == "en" else (row.vi, row.en)
    what = Happening(row.what)
    also = ""
    if what != Happening.REPLACEMENT and row.replaced:
        also = str(Happening.REPLACEMENT.label)
    elif what != Happening.RIGHTS and row.rights:
        also = str(Happening.RIGHTS.label)
    return Entry(
        at=row.at,
        label=str(what.label),
        sentence=own or other,
        lang="" if own or not other else ("vi" if lang == "en" else "en"),
        also=also,
        is_correction=what == Happening.CORRECTION,
    )
