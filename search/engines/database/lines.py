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
MOST_READ = 500
"""Different lines read for one prefix, in order of their keys; a prefix that has more is too short to tell."""


def of(document: Document) -> Iterator[IndexedLine]:
    """Every line of ``document`` under the key of each of its words."""
    for line, kind in _texts(document):
        found = text.tokens(line)
        for position in range(len(found)):
            yield IndexedLine(
                resource_id=document.key,
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
    """Lines that begin with ``prefix`` first, then those with a later word that does."""
    typed = text.key(prefix)[:LONGEST_KEY]
    if not typed or limit < 1:
        return []
    seen: dict[str, Suggestion] = {}
    for whole in (True, False):
        for line, kind in _read(typed, whole=whole, language=language, alias=alias, visible=visible):
            seen.setdefault(text.key(line), Suggestion(line, kind))
        if len(seen) >= limit:
            break
    return list(seen.values())[:limit]


def _read(typed: str, *, whole: bool, language: str, alias: str, visible: Sql) -> list[tuple[str, str]]:
    """Lines of at least one visible document, those in ``language`` first, vocabulary before titles."""
    lines = dialect(alias).lines(typed).filter(whole=whole).order_by("key")
    distinct = lines.values("key", "text", "kind", "language").distinct()[:MOST_READ]
    compiler = distinct.query.get_compiler(connection=connections[alias])
    inner, parameters = compiler.as_sql()
    same = "l.key = c.key AND l.text = c.text AND l.kind = c.kind AND l.language = c.language"
    statement = (
        f"SELECT c.text, c.kind FROM ({inner}) c WHERE EXISTS (SELECT 1 FROM search_indexedline l "
        f"JOIN search_indexeddocument d ON d.resource_id = l.resource_id WHERE {same} AND {visible.text}) "
        "ORDER BY CASE WHEN c.language = %s THEN 0 ELSE 1 END,"
        " CASE c.kind WHEN 'topic' THEN 0 WHEN 'agency' THEN 1 WHEN 'keyword' THEN 2 ELSE 3 END, c.key"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, (*parameters, *visible.parameters, language))
        return list(cursor.fetchall())
