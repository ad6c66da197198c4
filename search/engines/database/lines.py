"""Lines offered while typing: titles, topics, agencies and keywords of public documents.

A line stands once in the index, with a start for each of its words and a mention for each document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import connections

from search import text
from search.engines.contract import Document
from search.engines.database.dialect import dialect, placeholders
from search.models import IndexedLine, IndexedMention, IndexedStart
from search.results import Suggestion

LONGEST_KEY = 60
"""Characters of a key that are kept; what one types further is compared up to here."""
MOST_READ = 100
"""Lines of one kind read for one prefix, in order of their keys; a prefix with more is too short to tell."""
KINDS = ("topic", "agency", "keyword", "title")
"""In the order in which they are offered."""

Visible = Callable[[Collection[int]], set[int]]
"""Those of some keys of documents that everyone may see."""


class Line(NamedTuple):
    """Something to offer; ``id`` is made of the other three, so that no writer has to look it up."""

    id: int
    text: str
    kind: str
    language: str


def of(document: Document) -> list[Line]:
    """Every line of ``document``; none of the desk's, which are never offered."""
    if document.desk:
        return []
    return list(dict.fromkeys(_line(line, kind, document.language) for line, kind in _texts(document)))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    yield document.title, "title"
    yield from ((line, "topic") for line in document.topic_labels)
    yield from ((line, "agency") for line in document.agency_names)
    yield from ((line, "keyword") for line in document.keywords)


def _line(line: str, kind: str, language: str) -> Line:
    shown = line[:200]
    made = blake2b(f"{kind} {language} {shown}".encode("utf-8", "replace"), digest_size=8).digest()
    return Line(int.from_bytes(made) >> 1, shown, kind, language)


def replace(old: Collection[int], documents: Iterable[Document], *, alias: str) -> None:
    """Forget the lines of the documents ``old`` and enter those of ``documents``."""
    left = _forget(old, alias) if old else set()
    mentions = [(line, document.key) for document in documents for line in of(document)]
    found = {line.id: line for line, _key in mentions}
    known = _known(found, alias)
    new = [line for line in found.values() if line.id not in known]
    with connections[alias].cursor() as cursor:
        lines = "INSERT INTO search_indexedline (id, text, kind, language) VALUES (%s, %s, %s, %s)"
        cursor.executemany(lines, new)
        cursor.executemany(
            "INSERT INTO search_indexedstart (line_id, kind, whole, key) VALUES (%s, %s, %s, %s)",
            [start for line in new for start in _starts(line)],
        )
        cursor.executemany(
            "INSERT INTO search_indexedmention (line_id, resource_id) VALUES (%s, %s)",
            [(line.id, key) for line, key in mentions],
        )
    _sweep(left - found.keys(), alias)


def _starts(line: Line) -> Iterator[tuple[Any, ...]]:
    words = [token.folded for token in text.tokens(line.text)]
    for position in range(len(words)):
        yield line.id, line.kind, position == 0, " ".join(words[position:])[:LONGEST_KEY]


def _known(ids: Collection[int], alias: str) -> set[int]:
    return (
        set(IndexedLine.objects.using(alias).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else set()
    )


def _forget(old: Collection[int], alias: str) -> set[int]:
    mentions = IndexedMention.objects.using(alias).filter(resource_id__in=old)
    left = set(mentions.values_list("line_id", flat=True))
    mentions.delete()
    return left


def _sweep(left: Collection[int], alias: str) -> None:
    """Take out those lines of ``left`` that no document has any more."""
    if not left:
        return
    kept = (
        IndexedMention.objects.using(alias)
        .filter(line_id__in=left)
        .values_list("line_id", flat=True)
        .distinct()
    )
    gone = set(left) - set(kept)
    IndexedLine.objects.using(alias).filter(pk__in=gone).delete()
    IndexedStart.objects.using(alias).filter(line_id__in=gone).delete()


def clear(alias: str) -> None:
    for model in (IndexedLine, IndexedStart, IndexedMention):
        model._default_manager.using(alias).all().delete()


def suggest(prefix: str, *, language: str, limit: int, alias: str, visible: Visible) -> list[Suggestion]:
    """Lines that begin with ``prefix`` first, then those with a later word that does."""
    typed = text.key(prefix)[:LONGEST_KEY]
    if not typed or limit < 1:
        return []
    seen: dict[str, Suggestion] = {}
    for whole in (True, False):
        candidates = _read(typed, whole=whole, language=language, alias=alias)
        for line in _shown(candidates, limit, alias=alias, visible=visible):
            seen.setdefault(text.key(line.text), Suggestion(line.text, line.kind))
        if len(seen) >= limit:
            break
    return list(seen.values())[:limit]


def _read(typed: str, *, whole: bool, language: str, alias: str) -> list[Line]:
    """Lines with this start, those in ``language`` first, vocabulary before titles."""
    connection = connections[alias]
    condition, parameters = dialect(alias).begins(typed)
    each = (
        f"SELECT * FROM (SELECT line_id, key FROM search_indexedstart WHERE kind = %s AND whole = %s"
        f" AND {condition} ORDER BY key LIMIT {MOST_READ}) s"
    )
    statement = (
        f"SELECT l.id, l.text, l.kind, l.language, MIN(c.key) AS first"
        f" FROM ({' UNION ALL '.join([each] * len(KINDS))}) c"
        " JOIN search_indexedline l ON l.id = c.line_id GROUP BY l.id, l.text, l.kind, l.language"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [part for kind in KINDS for part in (kind, whole, *parameters)])
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (row[3] != language, KINDS.index(row[2]), row[4], row[0]))
    return [Line(*row[:4]) for row in rows]


def _shown(candidates: list[Line], limit: int, *, alias: str, visible: Visible) -> list[Line]:
    """Those of ``candidates`` that a visible document has, up to ``limit`` different ones.

    One document of each is looked at first, and all of them only where that one is hidden.
    """
    shown: list[Line] = []
    keys: set[str] = set()
    for start in range(0, len(candidates), 4 * limit):
        chunk = candidates[start : start + 4 * limit]
        seen = _seen([line.id for line in chunk], alias=alias, visible=visible)
        shown += [line for line in chunk if line.id in seen]
        keys.update(text.key(line.text) for line in shown)
        if len(keys) >= limit:
            break
    return shown


def _seen(lines: list[int], *, alias: str, visible: Visible) -> set[int]:
    first = (
        "SELECT l.id, (SELECT MAX(m.resource_id) FROM search_indexedmention m WHERE m.line_id = l.id)"
        f" FROM search_indexedline l WHERE l.id IN ({placeholders(lines)})"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(first, lines)
        found = dict(cursor.fetchall())
    shown = visible(found.values())
    seen = {line for line, key in found.items() if key in shown}
    if hidden := [line for line in lines if line not in seen]:
        rows = IndexedMention.objects.using(alias).filter(line_id__in=hidden)
        mentions = list(rows.values_list("line_id", "resource_id"))
        shown = visible({key for _line, key in mentions})
        seen.update(line for line, key in mentions if key in shown)
    return seen
