"""The embedded index in SQLite: FTS5 over keys folded by :mod:`search.text`.

FTS5's own folding misses đ, so its tokenizer only cuts at spaces. The table keeps no text (``content=''``);
taking a row out therefore needs the very keys that went in, which :class:`search.models.IndexedText` keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from django.db import connections

from search import text
from search.engines.database.dialect import Sql, Weighed
from search.engines.database.entry import COLUMNS, Entry
from search.engines.database.plan import Plan
from search.engines.database.terms import Heard, Looked
from search.query import Unit, Wording

WEIGHTS = {"title": 5.0, "keywords": 2.0, "labels": 1.0, "summary": 2.0, "body": 1.0, "transcript": 1.0}
EXACT_WEIGHT = 1.0
PAIR_WEIGHT = 0.5
FOLDED_SHARE_WHEN_MARKED = 0.5
SHORT = ("title", "keywords", "labels", "summary")
"""Columns that are looked at of a key in very many documents."""
VERY_MANY = 20_000
"""Documents with a key from which on it weighs by :data:`SHORT` alone: FTS5 reads each place of a key in each
document to weigh it, 2 to 4 ms for a thousand documents (decision 81)."""

CREATE = f"""
CREATE VIRTUAL TABLE search_keys USING fts5(
    {", ".join(COLUMNS)}, exact, pairs,
    content='', detail='full', tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
)
"""
DROP = "DROP TABLE search_keys"
Number = TypeVar("Number", np.int64, np.float64)


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
        # In the order of the table: many times quicker than here and there in it.
        more = sorted((gram, folded[gram], number) for gram, number in changes.items() if number > 0)
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

    def weighed(self, plan: Plan) -> list[Weighed]:
        share = FOLDED_SHARE_WHEN_MARKED if plan.marked else 1.0
        weights = ", ".join(
            map(str, (*(WEIGHTS[name] * share for name in COLUMNS), EXACT_WEIGHT, PAIR_WEIGHT))
        )
        many = {text.fold(key) for key in plan.exact if plan.frequency.get(f"={key}", 0) > VERY_MANY}
        return [
            *(
                Weighed(key, _among(key, plan.frequency), weights, 1.0)
                for key in plan.folded
                if key not in many
            ),
            *(Weighed(f"={key}", _exactly(key, plan.frequency), weights, 1.0) for key in plan.exact),
            *(Weighed(key, f"pairs : {_quoted(key)}", weights, 1.0) for key in plan.pairs),
        ]

    def unit(self, unit: Unit) -> str:
        """The typed syllables anywhere, or another wording as it stands."""
        typed = " AND ".join(_quoted(token.folded) for token in unit.typed.tokens)
        others = [_run(wording) for wording in unit.wordings[1:] if wording.tokens]
        return _folded(_any([f"({typed})", *others]) if others or len(unit.typed.tokens) > 1 else typed)

    def phrase(self, wording: Wording) -> str:
        """Quoted words: with their marks where they were typed with any."""
        if any(token.marked for token in wording.tokens):
            return "exact : " + _quoted(" ".join(token.exact for token in wording.tokens))
        return _folded(_run(wording))

    def look(self, wanted: Sequence[Looked]) -> Sql:
        selects, parameters = [], []
        for number, (sought, among) in enumerate(wanted):
            score = f"-bm25(search_keys, {sought.weights})" if sought.weights else "NULL"
            side = "rowid < 0" if sought.desk else "rowid > 0"
            some = "" if among is None else f" AND rowid IN ({', '.join(map(str, among))})"
            where = f"search_keys MATCH %s AND {side}{some}"
            # One text for a column: a common key has tens of thousands of rows, and each costs Python more
            # than all of this. The limit, which is none, keeps SQLite from weighing while it adds up.
            rows = f"SELECT rowid AS key, {score} AS score FROM search_keys WHERE {where} LIMIT -1"
            selects.append(f"SELECT {number}, group_concat(key), group_concat(score) FROM ({rows})")
            parameters.append(sought.expression)
        return Sql(" UNION ALL ".join(selects), tuple(parameters))

    def heard(self, row: tuple[Any, ...]) -> Heard:
        number, keys, scores = row
        return number, _numbers(keys, np.int64), _numbers(scores, np.float64)

    def begins(self, prefix: str) -> Sql:
        return Sql("key >= %s AND key < %s", (prefix, f"{prefix}\U0010ffff"))


def _numbers(text: str | None, kind: type[Number]) -> npt.NDArray[Number]:
    return np.fromstring(text, dtype=kind, sep=",") if text else np.zeros(0, dtype=kind)


def _quoted(key: str) -> str:
    return f'"{key}"'


def _folded(expression: str, columns: Sequence[str] = COLUMNS) -> str:
    return f"{{{' '.join(columns)}}} : {expression}"


def _among(key: str, frequency: Mapping[str, int]) -> str:
    """A folded key where it weighs."""
    return _folded(_quoted(key), SHORT if frequency.get(key, 0) > VERY_MANY else COLUMNS)


def _exactly(key: str, frequency: Mapping[str, int]) -> str:
    """A key with its marks where it weighs. Of very many documents it speaks for the folded key as well: both
    weigh in one look, and the column of exact keys, which holds all texts, is narrowed by the other.
    """
    exact = f"exact : {_quoted(key)}"
    if frequency.get(f"={key}", 0) <= VERY_MANY:
        return exact
    return f"{exact} AND {_folded(_quoted(text.fold(key)), SHORT)}"


def _any(expressions: Sequence[str]) -> str:
    return "(" + " OR ".join(expressions) + ")"


def _run(wording: Wording) -> str:
    return _quoted(" ".join(token.folded for token in wording.tokens))
