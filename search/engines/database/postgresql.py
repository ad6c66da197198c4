"""The embedded index in PostgreSQL: a tsvector of keys made by :mod:`search.text`, written as a literal.

Lexemes: folded keys as they are, exact keys as ``=key``, pairs as ``a_b``. Ranking is the sum over keys of
idf × ts_rank of that key alone: measured .980 (XQuAD) and .808 (legal) against .923 and .710 of ts_rank over
the whole question and .503 and .318 of ts_rank_cd.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connections

from search.engines.database.dialect import Sql, Weighed
from search.engines.database.entry import BOUNDARY, COLUMNS, Entry
from search.engines.database.plan import Plan
from search.engines.database.terms import Heard, Looked
from search.query import Unit, Wording

LABELS = {"title": "A", "keywords": "B", "labels": "C", "summary": "B", "body": "D", "transcript": "D"}
WEIGHTS = "{0.5, 0.5, 0.75, 1.0}"
"""Of D, C, B and A: nDCG@10 .908 over the demonstration, against .836 with ts_rank's own .1, .2, .4, 1."""
LENGTH = 1
"""ts_rank's normalisation: divide by 1 + ln of the length."""
EXACT_WEIGHT = 1.0
PAIR_WEIGHT = 0.5
FOLDED_SHARE_WHEN_MARKED = 0.5
WRITER_LOCK = 57_310_001
"""Advisory lock of the one writer; two would wait for each other's grams in a ring."""
_LAST_POSITION = 16_383
_MOST_POSITIONS = 255

CREATE = "CREATE INDEX search_indexedtext_vector ON search_indexedtext USING gin (vector)"
DROP = "DROP INDEX search_indexedtext_vector"


class PostgreSQL:
    """See :class:`search.engines.database.dialect.Dialect`."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def lock(self) -> None:
        with connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])

    def enter(self, entries: Mapping[int, Entry]) -> None:
        rows = [(vector(entry), pk) for pk, entry in entries.items()]
        with connections[self.alias].cursor() as cursor:
            cursor.executemany(
                "UPDATE search_indexedtext SET vector = %s::tsvector WHERE resource_id = %s", rows
            )

    def remove(self, entries: Mapping[int, Entry]) -> None:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(
                "UPDATE search_indexedtext SET vector = NULL WHERE resource_id = ANY(%s)", [list(entries)]
            )

    def clear(self) -> None:
        """Nothing: the vector goes with its row."""

    def count_grams(self, changes: Mapping[str, int], folded: Mapping[str, str]) -> None:
        more = sorted((gram, folded[gram], number) for gram, number in changes.items() if number > 0)
        fewer = sorted((gram, -number) for gram, number in changes.items() if number < 0)
        with connections[self.alias].cursor() as cursor:
            if more:
                cursor.execute(
                    "INSERT INTO search_gram (text, folded, documents)"
                    " SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])"
                    " ON CONFLICT (text) DO UPDATE"
                    " SET documents = search_gram.documents + excluded.documents",
                    [list(column) for column in zip(*more, strict=True)],
                )
            if fewer:
                cursor.execute(
                    "UPDATE search_gram g SET documents = g.documents - c.number"
                    " FROM unnest(%s::text[], %s::bigint[]) AS c(gram, number) WHERE g.text = c.gram",
                    [list(column) for column in zip(*fewer, strict=True)],
                )
                cursor.execute(
                    "DELETE FROM search_gram WHERE documents = 0 AND text = ANY(%s)",
                    [[gram for gram, _number in fewer]],
                )

    def weighed(self, plan: Plan) -> list[Weighed]:
        share = FOLDED_SHARE_WHEN_MARKED if plan.marked else 1.0
        keys = [(key, key, share) for key in plan.folded]
        keys += [(f"={key}", f"={key}", EXACT_WEIGHT) for key in plan.exact]
        keys += [(key, key, PAIR_WEIGHT) for key in plan.pairs]
        return [
            Weighed(name, _lexeme(key), WEIGHTS, weight * plan.inverse_frequency(key))
            for name, key, weight in keys
        ]

    def unit(self, unit: Unit) -> str:
        """The typed syllables anywhere, or another wording as it stands."""
        typed = " & ".join(_lexeme(token.folded) for token in unit.typed.tokens)
        others = [_run(wording) for wording in unit.wordings[1:] if wording.tokens]
        return _any([f"({typed})", *others]) if others or len(unit.typed.tokens) > 1 else typed

    def phrase(self, wording: Wording) -> str:
        """Quoted words: with their marks where they were typed with any."""
        return _run(wording, exact=any(token.marked for token in wording.tokens))

    def look(self, wanted: Sequence[Looked]) -> Sql:
        selects: list[str] = []
        parameters: list[Any] = []
        for number, (sought, among) in enumerate(wanted):
            score, scores = "NULL::real", "NULL::real[]"
            if sought.weights:
                scores = "array_agg(score)"
                score = "ts_rank(%s::float4[], vector, %s::tsquery, %s)"
                parameters += [sought.weights, sought.expression, LENGTH]
            side = "resource_id < 0" if sought.desk else "resource_id > 0"
            some = "" if among is None else " AND resource_id = ANY(%s)"
            selects.append(
                f"SELECT {number}, array_agg(key), {scores} FROM (SELECT resource_id AS key, {score} AS score"
                f" FROM search_indexedtext WHERE vector @@ %s::tsquery AND {side}{some}) AS found"
            )
            parameters += [sought.expression, *([] if among is None else [list(among)])]
        return Sql(" UNION ALL ".join(selects), tuple(parameters))

    def heard(self, row: tuple[Any, ...]) -> Heard:
        number, keys, scores = row
        return number, np.array(keys or (), dtype=np.int64), np.array(scores or (), dtype=np.float64)

    def begins(self, prefix: str) -> Sql:
        return Sql("key LIKE %s", (f"{prefix}%",))


def vector(entry: Entry) -> str:
    """``entry`` as a tsvector literal. Positions run through all columns, with a gap at each boundary."""
    places: dict[str, list[str]] = defaultdict(list)
    position = 0
    for name, folded, exact in zip(COLUMNS, entry.folded, entry.exact, strict=True):
        before = BOUNDARY
        for plain, precise in zip(folded.split(), exact.split(), strict=True):
            position += 1
            place = f"{min(position, _LAST_POSITION)}{LABELS[name]}"
            if plain != BOUNDARY:
                places[plain].append(place)
                places[f"={precise}"].append(place)
                if before != BOUNDARY:
                    places[f"{before}_{plain}"].append(place)
            before = plain
        position += 1
    return " ".join(f"{_lexeme(key)}:{','.join(found[:_MOST_POSITIONS])}" for key, found in places.items())


def _lexeme(key: str) -> str:
    return "'" + key.replace("\\", "\\\\").replace("'", "''") + "'"


def _any(expressions: Iterable[str]) -> str:
    return "(" + " | ".join(expressions) + ")"


def _run(wording: Wording, *, exact: bool = False) -> str:
    keys = (f"={token.exact}" if exact else token.folded for token in wording.tokens)
    return "(" + " <-> ".join(map(_lexeme, keys)) + ")"
