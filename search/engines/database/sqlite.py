"""The embedded index in SQLite: FTS5 over keys folded by :mod:`search.text`.

FTS5's own folding misses đ, so its tokenizer only cuts at spaces. The table keeps no text (``content=''``);
taking a row out therefore needs the very keys that went in, which :class:`search.models.IndexedText` keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from search.engines.database.dialect import Sql
from search.engines.database.entry import COLUMNS, Entry
from search.engines.database.plan import Plan
from search.models import IndexedLine
from search.query import Unit, Wording

WEIGHTS = {"title": 5.0, "keywords": 2.0, "labels": 1.0, "summary": 2.0, "body": 1.0, "transcript": 1.0}
EXACT_WEIGHT = 1.0
PAIR_WEIGHT = 0.5
FOLDED_SHARE_WHEN_MARKED = 0.5

CREATE = f"""
CREATE VIRTUAL TABLE search_keys USING fts5(
    {", ".join(COLUMNS)}, exact, pairs,
    content='', detail='full', tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
)
"""
DROP = "DROP TABLE search_keys"
_FOLDED = "{" + " ".join(COLUMNS) + "}"


class SQLite:
    """See :class:`search.engines.database.dialect.Dialect`."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def lock(self) -> None:
        """Nothing: a transaction that writes is alone (transaction_mode IMMEDIATE)."""

    def enter(self, entries: Mapping[int, Entry]) -> None:
        self._write("INSERT INTO search_keys (rowid, {names}) VALUES (%s, {values})", entries)

    def remove(self, entries: Mapping[int, Entry]) -> None:
        self._write(
            "INSERT INTO search_keys (search_keys, rowid, {names}) VALUES ('delete', %s, {values})", entries
        )

    def _write(self, statement: str, entries: Mapping[int, Entry]) -> None:
        names = (*COLUMNS, "exact", "pairs")
        sql = statement.format(names=", ".join(names), values=", ".join(["%s"] * len(names)))
        rows: list[tuple[Any, ...]] = [
            (pk, *entry.folded, entry.all_exact, entry.pairs) for pk, entry in entries.items()
        ]
        with connections[self.alias].cursor() as cursor:
            cursor.executemany(sql, rows)

    def clear(self) -> None:
        with connections[self.alias].cursor() as cursor:
            cursor.execute("INSERT INTO search_keys (search_keys) VALUES ('delete-all')")

    def count_grams(self, changes: Mapping[str, int], folded: Mapping[str, str]) -> None:
        more = [(gram, folded[gram], number) for gram, number in changes.items() if number > 0]
        fewer = [(-number, gram) for gram, number in changes.items() if number < 0]
        with connections[self.alias].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_gram (text, folded, documents) VALUES (%s, %s, %s)"
                " ON CONFLICT (text) DO UPDATE SET documents = documents + excluded.documents",
                more,
            )
            cursor.executemany("UPDATE search_gram SET documents = documents - %s WHERE text = %s", fewer)
            gone = [(gram,) for _number, gram in fewer]
            cursor.executemany("DELETE FROM search_gram WHERE text = %s AND documents = 0", gone)

    def matches(self, plan: Plan) -> Sql:
        phrases = [_phrase(wording) for wording in plan.phrases]
        if plan.countable:
            return _counted(plan, phrases)
        ways = [" AND ".join(map(_unit, choice)) for choice in plan.choices()]
        expression = " AND ".join([_any(ways), *phrases])
        return Sql("SELECT rowid AS id FROM search_keys WHERE search_keys MATCH %s", (expression,))

    def scores(self, plan: Plan) -> Sql:
        share = FOLDED_SHARE_WHEN_MARKED if plan.marked else 1.0
        weights = (*(WEIGHTS[name] * share for name in COLUMNS), EXACT_WEIGHT, PAIR_WEIGHT)
        listed = ", ".join(map(str, weights))
        parts = (f"{_FOLDED} : ", plan.folded), ("exact : ", plan.exact), ("pairs : ", plan.pairs)
        expression = _any([column + _any(map(_quoted, keys)) for column, keys in parts if keys])
        return Sql(
            f"SELECT rowid AS id, -bm25(search_keys, {listed}) AS score FROM search_keys"
            " WHERE search_keys MATCH %s",
            (expression,),
        )

    def lines(self, prefix: str) -> QuerySet[IndexedLine]:
        return IndexedLine.objects.using(self.alias).filter(key__gte=prefix, key__lt=f"{prefix}\U0010ffff")


def _counted(plan: Plan, phrases: list[str]) -> Sql:
    """Hits by number of units: FTS5 has no "so many of these", and written out it explodes."""
    each = " UNION ALL ".join(
        ["SELECT rowid AS id FROM search_keys WHERE search_keys MATCH %s"] * len(plan.units)
    )
    sql = f"SELECT id FROM ({each}) GROUP BY id HAVING COUNT(*) >= %s"
    parameters = (*map(_unit, plan.units), plan.needed)
    if not phrases:
        return Sql(sql, parameters)
    quoted = "SELECT rowid AS id FROM search_keys WHERE search_keys MATCH %s"
    return Sql(f"{sql} INTERSECT {quoted}", (*parameters, " AND ".join(phrases)))


def _quoted(key: str) -> str:
    return f'"{key}"'


def _any(expressions: list[str] | Iterator[str] | map[str]) -> str:
    return "(" + " OR ".join(expressions) + ")"


def _unit(unit: Unit) -> str:
    """The typed syllables anywhere, or another wording as it stands."""
    typed = " AND ".join(_quoted(token.folded) for token in unit.typed.tokens)
    others = [_run(wording) for wording in unit.wordings[1:] if wording.tokens]
    return f"{_FOLDED} : " + _any([f"({typed})", *others])


def _run(wording: Wording) -> str:
    return _quoted(" ".join(token.folded for token in wording.tokens))


def _phrase(wording: Wording) -> str:
    """Quoted words: with their marks where they were typed with any."""
    if any(token.marked for token in wording.tokens):
        return "exact : " + _quoted(" ".join(token.exact for token in wording.tokens))
    return f"{_FOLDED} : " + _run(wording)
