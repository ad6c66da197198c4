"""The two statements of a search: one page of ids, and the total with all facet counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import QuerySet

from search import ranking
from search.engines.contract import Ask
from search.engines.database.dialect import Dialect, Sql, placeholders
from search.engines.database.plan import Plan

LABELLED = ("audience", "topic")
"""Facets with several values in a document, kept in their own table."""

Public = Callable[[datetime], QuerySet[Any]]
"""Rows of the live table that may be seen at a moment."""


class Statement:
    """Builds the statements for one :class:`Ask`. ``plan`` is None where there are no words."""

    def __init__(
        self, *, ask: Ask, plan: Plan | None, dialect: Dialect, alias: str, public: Public | None
    ) -> None:
        self.ask = ask
        self.plan = plan
        self.dialect = dialect
        self.alias = alias
        self.public = public

    @property
    def by_score(self) -> bool:
        return self.plan is not None and self.ask.sort == "relevance"

    @property
    def matched(self) -> Sql:
        """Keys of every hit: of the words, and those that are hits whatever their words."""
        assert self.plan is not None
        found, extra = self.dialect.matches(self.plan), (*self.ask.first, *self.ask.also)
        if not extra:
            return found
        listed = f"WHERE resource_id IN ({placeholders(extra)})"
        more = f"SELECT resource_id AS id FROM search_indexeddocument {listed}"
        return Sql(f"SELECT id FROM ({found.text}) w UNION {more}", (*found.parameters, *extra))

    @property
    def value(self) -> Sql:
        """What hits are ordered by."""
        if not self.by_score:
            return Sql(ORDERS.get(self.ask.sort, ORDERS["newest"]).column)
        boosted = (
            "COALESCE(s.score, 0.0) * (1.0"
            f" + {ranking.FRESHNESS} * {ranking.HALF_LIFE}.0"
            f" / ({ranking.HALF_LIFE}.0 + CASE WHEN d.published < %s"
            " THEN (%s - d.published) / 86400000.0 ELSE 0.0 END)"
            f" + {ranking.COMPLETENESS} * d.worth"
            f" + {ranking.USE} * {_CAPPED} / ({_CAPPED} + {ranking.HALF_USES}.0))"
        )
        today = ranking.today(self.ask.at)
        first = self.ask.first[: ranking.MOST_FIRST]
        if not first:
            return Sql(f"({boosted})", (today, today))
        cases = " ".join(["WHEN %s THEN %s"] * len(first))
        ranked = [part for n, key in enumerate(first) for part in (key, ranking.PICKED - n * ranking.STEP)]
        return Sql(f"(CASE d.resource_id {cases} ELSE {boosted} END)", (*ranked, today, today))

    @property
    def descending(self) -> bool:
        return self.by_score or ORDERS.get(self.ask.sort, ORDERS["newest"]).descending

    def page(self) -> Sql:
        """Keys and sort values of one page and one more, best first."""
        conditions = [self.visible(), *map(self.chosen, self.ask.filters)]
        source = "search_indexeddocument d"
        head: list[Sql] = []
        if self.plan is not None:
            source = f"matched m JOIN {source} ON d.resource_id = m.id"
            head.append(self.matched)
        if self.by_score and self.plan is not None:
            source += " LEFT JOIN scored s ON s.id = d.resource_id"
            head.append(self.dialect.scores(self.plan))
        where = " AND ".join(one.text for one in conditions)
        names = ("matched", "scored")
        tables = [f"{name} AS MATERIALIZED ({one.text})" for name, one in zip(names, head, strict=False)]
        tables.append(
            f"found AS (SELECT d.resource_id AS id, {self.value.text} AS value FROM {source} WHERE {where})"
        )
        parameters = [part for one in (*head, self.value, *conditions) for part in one.parameters]
        after = self.following() if self.ask.after is not None else Sql("1 = 1")
        way = "DESC" if self.descending else "ASC"
        return Sql(
            f"WITH {', '.join(tables)} SELECT id, value FROM found WHERE {after.text}"
            f" ORDER BY value {way}, id {way} LIMIT %s",
            (*parameters, *after.parameters, self.ask.size + 1),
        )

    def counts(self) -> Sql:
        """Rows of facet, value and number; the total stands under an empty facet."""
        hits, parameters = self._hits()
        branches = [f"SELECT '', '', COUNT(*) FROM hits{self._passing('')}"]
        branches += [self._count(facet) for facet in self.ask.facets]
        return Sql(f"{hits} {' UNION ALL '.join(branches)}", tuple(parameters))

    def _hits(self) -> tuple[str, list[Any]]:
        """Documents with the words, and for each facet with choices whether they pass it."""
        passes = [self.chosen(facet) for facet in self.ask.filters]
        columns = ["d.resource_id AS id", *(f"d.{name}" for name in self.ask.facets if name not in LABELLED)]
        columns += [
            f"{one.text} AS pass_{facet}" for facet, one in zip(self.ask.filters, passes, strict=True)
        ]
        source, matched, visible = "search_indexeddocument d", Sql(""), self.visible()
        head = "WITH "
        if self.plan is not None:
            matched = self.matched
            head += f"matched AS MATERIALIZED ({matched.text}), "
            source = f"matched m JOIN {source} ON d.resource_id = m.id"
        body = f"SELECT {', '.join(columns)} FROM {source} WHERE {visible.text}"
        parameters = [*matched.parameters]
        parameters += [value for one in (*passes, visible) for value in one.parameters]
        return f"{head}hits AS MATERIALIZED ({body})", parameters

    def _passing(self, facet: str, *more: str) -> str:
        """Every choice but the facet's own must be met."""
        conditions = [f"pass_{other}" for other in self.ask.filters if other != facet]
        conditions += more
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def _count(self, facet: str) -> str:
        if facet in LABELLED:
            where = self._passing(facet, f"l.facet = '{facet}'")
            joined = "hits JOIN search_indexedlabel l ON l.resource_id = hits.id"
            return f"SELECT '{facet}', l.value, COUNT(*) FROM {joined}{where} GROUP BY l.value"
        where = self._passing(facet, f"{facet} <> ''")
        return f"SELECT '{facet}', {facet}, COUNT(*) FROM hits{where} GROUP BY {facet}"

    def visible(self) -> Sql:
        """What the asker may see at the moment, by the index and, where there is one, by the live table.

        The index lags behind by up to two seconds; the live table is in the same database and does not, so
        neither hits nor totals nor facets ever count what was just taken back.
        """
        if self.ask.hidden:
            known, gone = self._known(), self.ask.hidden
            return Sql(
                f"({known.text} AND d.resource_id NOT IN ({placeholders(gone)}))", (*known.parameters, *gone)
            )
        return self._known()

    def _known(self) -> Sql:
        reader = self.ask.reader
        if reader is None or not (reader.lead or reader.agencies):
            return self._public()
        desk = Sql("NOT d.deleted AND d.resource_id < 0")
        if reader.lead:
            return desk
        owners = tuple(sorted(reader.agencies))
        theirs = f"d.owner IN ({placeholders(owners)})"
        public = self._public()
        return Sql(
            f"(({desk.text} AND {theirs}) OR (NOT {theirs} AND {public.text}))",
            (*owners, *owners, *public.parameters),
        )

    def _public(self) -> Sql:
        connection = connections[self.alias]
        at = connection.ops.adapt_datetimefield_value(self.ask.at)
        text = (
            "NOT d.deleted AND d.resource_id > 0 AND (d.public_from IS NULL OR d.public_from <= %s)"
            " AND (d.public_until IS NULL OR d.public_until > %s)"
        )
        if self.public is None:
            return Sql(text, (at, at))
        query = self.public(self.ask.at).order_by().values("pk").query
        live, parameters = query.get_compiler(connection=connection).as_sql()
        table = connection.ops.quote_name(self.public(self.ask.at).model._meta.db_table)
        return Sql(f"{text} AND EXISTS ({live} AND {table}.id = d.resource_id)", (at, at, *parameters))

    def chosen(self, facet: str) -> Sql:
        """At least one of the facet's choices is met."""
        values = self.ask.filters[facet]
        if facet not in LABELLED:
            return Sql(f"d.{facet} IN ({placeholders(values)})", values)
        return Sql(
            "EXISTS (SELECT 1 FROM search_indexedlabel f WHERE f.resource_id = d.resource_id"
            f" AND f.facet = '{facet}' AND f.value IN ({placeholders(values)}))",
            values,
        )

    def following(self) -> Sql:
        """Rows after the last one of the page before."""
        assert self.ask.after is not None
        last, key = self.ask.after
        sign = "<" if self.descending else ">"
        return Sql(f"(value {sign} %s OR (value = %s AND id {sign} %s))", (last, last, key))


class Order(NamedTuple):
    column: str
    descending: bool


ORDERS = {
    "newest": Order("d.published", True),
    "used": Order("d.uses", True),
    "title": Order("d.title_key", False),
}
_CAPPED = f"(CASE WHEN d.uses > {ranking.MOST_USES} THEN {ranking.MOST_USES} ELSE d.uses END)"
