"""What differs between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import connections

from search.engines.database.entry import Entry
from search.engines.database.plan import Plan
from search.engines.database.terms import Heard, Looked
from search.query import Unit, Wording


class Sql(NamedTuple):
    """A statement or a part of one, with its parameters in order."""

    text: str
    parameters: tuple[Any, ...] = ()


class Weighed(NamedTuple):
    """A part of a score, named as an editor reads it: ``factor`` times what the dialect says of a document."""

    name: str
    expression: str
    weights: str
    factor: float


class Dialect(Protocol):
    """How one database stores keys, finds them and ranks by them."""

    def lock(self) -> None:
        """Let nobody else write to the index until this transaction ends."""

    def enter(self, entries: Mapping[int, Entry]) -> None:
        """Store the keys of documents that have none stored."""

    def remove(self, entries: Mapping[int, Entry]) -> None:
        """Take out exactly these keys of these documents."""

    def clear(self) -> None:
        """Take out all keys."""

    def count_grams(self, changes: Mapping[str, int], folded: Mapping[str, str]) -> None:
        """Add each (positive or negative) number to its gram; a gram of no document goes."""

    def weighed(self, plan: Plan) -> list[Weighed]:
        """What the score of ``plan`` is the sum of."""

    def unit(self, unit: Unit) -> str:
        """The expression that documents with ``unit`` meet."""

    def phrase(self, wording: Wording) -> str:
        """The expression that documents meet in which ``wording`` stands as it was typed."""

    def look(self, wanted: Sequence[Looked]) -> Sql:
        """A select of one row for each of ``wanted``, which :meth:`heard` reads."""

    def heard(self, row: tuple[Any, ...]) -> Heard:
        """What a row of :meth:`look` says."""

    def begins(self, prefix: str) -> Sql:
        """The condition that the column ``key`` begins with ``prefix``, which is made of letters and digits."""


def dialect(alias: str) -> Dialect:
    """The dialect of database ``alias``. Raises LookupError for a vendor that has none."""
    from search.engines.database.postgresql import PostgreSQL
    from search.engines.database.sqlite import SQLite

    known: dict[str, type[SQLite | PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
    vendor = connections[alias].vendor
    if vendor not in known:
        raise LookupError(f"The embedded search index has no form for {vendor}.")
    return known[vendor](alias)


def placeholders(values: Collection[Any]) -> str:
    """``%s, %s`` for as many values."""
    return ", ".join(["%s"] * len(values))
