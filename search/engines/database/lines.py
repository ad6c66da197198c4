"""Lines offered while typing: titles, topics, agencies and keywords of public documents."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from search import text
from search.engines.contract import Document
from search.engines.database.dialect import Sql, dialect
from search.models import IndexedLine
from search.results import Suggestion

LONGEST_KEY = 60
"""Characters of a key that are kept; what one types further is compared up to here."""
MOST_READ = 400
"""Lines read for one prefix; a shorter prefix has more, of which the first serve as well."""


def of(document: Document) -> Iterator[IndexedLine]:
    """Every line of ``document`` under the key of each of its words."""
    for line, kind in _texts(document):
        found = text.tokens(line)
        for position in range(len(found)):
            yield IndexedLine(
                resource_id=document.id,
                key=" ".join(token.folded for token in found[position:])[:LONGEST_KEY],
                whole=position == 0,
                text=line[:200],
                kind=kind,
                language=document.language,
            )


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    yield document.title, "title"
    yield from ((line, "topic") for line in document.topic_labels)
    yield from ((line, "agency") for line in document.agency_names)
    yield from ((line, "keyword") for line in document.keywords)


def suggest(prefix: str, *, language: str, limit: int, alias: str, visible: Sql) -> list[Suggestion]:
    """Lines that begin with ``prefix`` first, then those with a later word that does, most used first."""
    typed = text.key(prefix)[:LONGEST_KEY]
    if not typed or limit < 1:
        return []
    chosen = dialect(alias).lines(typed).values("text", "kind", "whole", "language", "resource_id")
    sql, parameters = chosen.order_by("-whole", "key")[:MOST_READ].query.sql_with_params()
    statement = (
        "SELECT c.text, c.kind, MAX(CASE WHEN c.whole THEN 1 ELSE 0 END) AS first, "
        "MAX(CASE WHEN c.language = %s THEN 1 ELSE 0 END) AS near, COUNT(*) AS uses "
        f"FROM ({sql}) c JOIN search_indexeddocument d ON d.resource_id = c.resource_id "
        f"WHERE {visible.text} GROUP BY c.text, c.kind ORDER BY first DESC, near DESC, uses DESC, c.text"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, (language, *parameters, *visible.parameters))
        rows = cursor.fetchall()
    return _unlike(rows, limit)


def _unlike(rows: list[tuple[str, ...]], limit: int) -> list[Suggestion]:
    """The first ``limit`` rows of which no two read the same."""
    seen: dict[str, Suggestion] = {}
    for line, kind, *_order in rows:
        seen.setdefault(text.key(line), Suggestion(line, kind))
        if len(seen) == limit:
            break
    return list(seen.values())
