"""Documents and questions for tests of engines, named by intention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from search.engines.contract import Answer, Ask, Document, Engine
from search.query import Query

NOW = datetime(2026, 5, 18, 8, tzinfo=UTC)


def document(id: int = 1, title: str = "Chuyển đổi số", **fields: Any) -> Document:
    fields.setdefault("version", 1)
    fields.setdefault("kind", "article")
    fields.setdefault("published_at", NOW - timedelta(days=id))
    return Document(id=id, title=title, **fields)


def ask(q: str = "", **fields: Any) -> Ask:
    fields.setdefault("at", NOW)
    return Ask(query=Query.parse(q), **fields)


def found(engine: Engine, q: str = "", **fields: Any) -> list[int]:
    """Ids that ``engine`` finds, in order."""
    return [hit.id for hit in engine.search(ask(q, **fields)).hits]


def every_page(engine: Engine, q: str = "", **fields: Any) -> list[Answer]:
    pages = [engine.search(ask(q, **fields))]
    while pages[-1].next is not None:
        pages.append(engine.search(ask(q, after=pages[-1].next, **fields)))
    return pages
