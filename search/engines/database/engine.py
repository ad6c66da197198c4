"""The embedded engine: in the database of the site itself, with nothing to install.

Words are looked for in the database; filters, counts and order are worked out on arrays that each process
keeps (:mod:`search.engines.database.memory`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connections, transaction

from search.engines.contract import (
    Answer,
    Ask,
    Document,
    Hit,
    Near,
    Position,
    Reader,
    Tombstone,
    checksum_of,
)
from search.engines.database import lines, live, vectors
from search.engines.database.columns import NEVER, Places
from search.engines.database.dialect import Dialect, Sql, dialect, placeholders
from search.engines.database.matching import Matching, Values, page
from search.engines.database.memory import Memory, State, memory_of
from search.engines.database.nearest import Nearest
from search.engines.database.plan import Plan
from search.engines.database.terms import Found, Heard, Looked, Sought
from search.engines.database.writing import Writer
from search.models import IndexedDocument, IndexedText
from search.query import Query
from search.results import Suggestion

Hidden = Callable[[datetime], Sequence[int] | Places]
"""Resources that nobody may see at a moment, whatever the index says."""


def make() -> DatabaseEngine:
    """The engine of the site's own database, compared with its live resources."""
    return DatabaseEngine(hidden=live.hidden)


class DatabaseEngine:
    """See :class:`search.engines.contract.Engine`.

    ``hidden``: what the live table says; without it the index alone decides. With it vectors are those of the
    site's table of passages, which :mod:`search.meaning` writes; without it those that documents come with.
    """

    name = "database"
    batch = 50
    """Few, so that SQLite's one writer is never held for long."""

    def __init__(self, *, alias: str = "default", hidden: Hidden | None = None) -> None:
        self.alias = alias
        self.hidden = hidden
        self.own_table = hidden is not None

    @property
    def dialect(self) -> Dialect:
        return dialect(self.alias)

    @property
    def memory(self) -> Memory:
        return memory_of(self.alias)

    def _memory(self, ask: Ask) -> Memory:
        return memory_of(self.alias, desks=ask.reader is not None)

    @property
    def writer(self) -> Writer:
        return Writer(alias=self.alias, dialect=self.dialect)

    def index(self, documents: Sequence[Document]) -> None:
        newest = {one.key: one for one in sorted(documents, key=lambda one: one.version)}
        with transaction.atomic(using=self.alias):
            self.dialect.lock()
            known = self.writer.versions(newest)
            accepted = {key: one for key, one in newest.items() if known.get(key, -1) <= one.version}
            if accepted:
                self.writer.put(accepted)
                if not self.own_table:
                    vectors.keep(accepted.values(), alias=self.alias)

    def delete(self, tombstones: Sequence[Tombstone]) -> None:
        newest = {one.id: one.version for one in sorted(tombstones, key=lambda one: one.version)}
        with transaction.atomic(using=self.alias):
            self.dialect.lock()
            known = self.writer.versions(newest)
            accepted = {key: version for key, version in newest.items() if known.get(key, -1) <= version}
            if accepted:
                self.writer.bury(accepted)
                vectors.forget(accepted, alias=self.alias)

    def search(self, ask: Ask) -> Answer:
        matching = self._matching(ask)
        rows = self._page(matching)
        shown = rows[: ask.size]
        following: Position | None = (shown[-1][1], shown[-1][0]) if len(rows) > ask.size and shown else None
        return Answer(
            total=len(matching.hits), hits=self._hits(shown), facets=matching.counts(), next=following
        )

    def keys(self, ask: Ask) -> list[int]:
        return [key for key, _value in self._page(self._matching(ask))[: ask.size]]

    def suggest(
        self, prefix: str, *, language: str, limit: int, at: datetime, hidden: Sequence[int] = ()
    ) -> list[Suggestion]:
        def visible(keys: Collection[int]) -> set[int]:
            return self._visible(keys, Ask(query=Query(), hidden=tuple(hidden), at=at))

        return lines.suggest(prefix, language=language, limit=limit, alias=self.alias, visible=visible)

    def similar(self, id: int, *, limit: int, at: datetime) -> list[int]:
        stored = IndexedText.objects.using(self.alias).filter(pk=id).first()
        if stored is None:
            return []
        query = Query.like(Document.from_json(stored.document))
        ask = Ask(query=query, size=limit + 1, facets=(), at=at)
        return [pk for pk, _value in self._page(self._matching(ask)) if pk != id][:limit]

    def nearest(self, vector: bytes, *, limit: int, at: datetime, reader: Reader | None = None) -> list[Near]:
        def visible(keys: Collection[int]) -> set[int]:
            return self._visible(keys, Ask(query=Query(), reader=reader, at=at))

        return self._held.nearest(vector, limit, visible) if limit > 0 else []

    @cached_property
    def _held(self) -> Nearest:
        return Nearest(self.alias)

    def _visible(self, keys: Collection[int], ask: Ask) -> set[int]:
        """Those of ``keys`` that the asker may see."""
        gone = self._gone(ask.at, ask.hidden)
        columns = self._memory(ask).current().columns
        seen = columns.visible(at=ask.at, reader=ask.reader, hidden=gone)
        places, _known = columns.places(list(keys))
        return set(columns.keys[places[seen[places]]].tolist())

    def explain(self, id: int, ask: Ask) -> dict[str, float]:
        if ask.query.empty:
            return {}
        weighed = self.dialect.weighed(self.plan(ask.query, self.memory.current()))
        wanted = [(Sought(one.expression, one.weights, id < 0), [id]) for one in weighed]
        return {
            weighed[n].name: float(score) * weighed[n].factor
            for n, _keys, scores in self._look(wanted)
            for score in scores
        }

    def count(self) -> int:
        return IndexedDocument.objects.using(self.alias).filter(deleted=False).count()

    def checksum(self) -> str:
        rows = IndexedDocument.objects.using(self.alias).filter(deleted=False)
        return checksum_of(dict(rows.values_list("resource_id", "version")))

    def stored(self, *, after: int | None, limit: int) -> dict[int, int]:
        rows = IndexedDocument.objects.using(self.alias).filter(deleted=False)
        if after is not None:
            rows = rows.filter(resource_id__gt=after)
        return dict(rows.order_by("resource_id").values_list("resource_id", "version")[:limit])

    def clear(self) -> None:
        with transaction.atomic(using=self.alias):
            self.dialect.lock()
            self.writer.clear()
            if not self.own_table:
                vectors.clear(alias=self.alias)

    def problem(self) -> str:
        return ""

    def plan(self, query: Query, state: State) -> Plan:
        """What ``query`` looks for, given how often its keys occur among what the public may read."""
        keys = {*query.folded_words, *query.folded_pairs}
        frequency = self._frequency(keys, query.exact_words)
        return Plan.of(query, frequency=frequency, documents=state.columns.documents)

    def _matching(self, ask: Ask) -> Matching:
        """``ask`` over what the process keeps.

        What is hidden is read first: what was taken back before that is hidden, or the index knows it.
        """
        gone = self._gone(ask.at, ask.hidden)
        state = self._memory(ask).current()
        return Matching(
            ask=ask,
            plan=None if ask.query.empty else self.plan(ask.query, state),
            columns=state.columns,
            visible=state.columns.visible(at=ask.at, reader=ask.reader, hidden=gone),
            dialect=self.dialect,
            find=self._finder(state),
        )

    def _finder(self, state: State) -> Callable[[Iterable[Sought]], dict[Sought, Found]]:
        def find(sought: Iterable[Sought]) -> dict[Sought, Found]:
            return state.terms.find(
                sought,
                columns=state.columns,
                write=state.write.number,
                changed=state.changed,
                look=self._look,
            )

        return find

    def _look(self, wanted: Sequence[Looked]) -> list[Heard]:
        return [self.dialect.heard(row) for row in self._rows(self.dialect.look(wanted))] if wanted else []

    def _gone(self, at: datetime, hidden: Sequence[int]) -> Places:
        known = self.hidden(at) if self.hidden is not None else ()
        return np.concatenate([np.asarray(one, dtype=np.int64) for one in (hidden, known)])

    def _page(self, matching: Matching) -> list[tuple[int, Any]]:
        """Keys and sort values of one page and one more, best first."""
        ask, keys = matching.ask, matching.columns.keys[matching.hits]
        if ask.sort == "title":
            return self._page_by_title(matching)
        values: Values
        if matching.by_score:
            values = matching.boosted()
        else:
            values = matching.columns.numbers["uses" if ask.sort == "used" else "published"][matching.hits]
        after = (ask.after[0], int(ask.after[1])) if ask.after is not None else None
        places = page(values, keys, descending=True, after=after, size=ask.size + 1)
        return list(zip(keys[places].tolist(), values[places].tolist(), strict=True))

    def _page_by_title(self, matching: Matching) -> list[tuple[int, Any]]:
        columns, ask = matching.columns, matching.ask
        titles = self._memory(ask).titles(columns)
        keys = columns.keys[matching.hits]
        after = (titles.rank_after(ask.after) - 1, NEVER) if ask.after is not None else None
        places = page(titles.ranks[matching.hits], keys, descending=False, after=after, size=ask.size + 1)
        found = keys[places].tolist()
        rows = IndexedDocument.objects.using(self.alias).filter(pk__in=found)
        written = dict(rows.values_list("resource_id", "title_key"))
        return [(key, written.get(key, "")) for key in found]

    def _frequency(self, folded: Collection[str], exact: Collection[str]) -> dict[str, int]:
        """Documents by key. A folded key counts all its accented forms, so it may count a document twice."""
        wanted = {key.replace("_", " "): key for key in folded}
        found: Counter[str] = Counter()
        select = f"SELECT text, folded, documents FROM search_gram WHERE folded IN ({placeholders(wanted)})"
        for gram, plain, number in self._rows(Sql(select, tuple(wanted))):
            found[wanted[plain]] += number
            if gram in exact:
                found[f"={gram}"] += number
        return found

    def _rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(sql.text, sql.parameters)
            return list(cursor.fetchall())

    def _hits(self, rows: Sequence[tuple[int, Any]]) -> tuple[Hit, ...]:
        keys = [key for key, _value in rows]
        where = f"WHERE resource_id IN ({placeholders(keys)})"
        select = f"SELECT resource_id, document FROM search_indexedtext {where}"
        documents = dict(self._rows(Sql(select, tuple(keys)))) if keys else {}
        return tuple(
            Hit(pk, float(value), Document.from_json(documents[pk])) for pk, value in rows if pk in documents
        )
