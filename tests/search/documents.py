"""Documents and questions for tests of engines, named by intention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from search.engines.contract import Answer, Ask, Document, Engine, Vector
from search.query import Query

NOW = datetime(2026, 5, 18, 8, tzinfo=UTC)


def document(id: int = 1, title: str = "Chuyển đổi số", **fields: Any) -> Document:
    fields.setdefault("version", 1)
    fields.setdefault("kind", "article")
    fields.setdefault("published_at", NOW - timedelta(days=id))
    return Document(id=id, title=title, **fields)


def vector(*weights: float) -> bytes:
    """A vector of unit length in the direction of ``weights``, as wide as those of the model."""
    values = np.zeros(384, dtype="<f4")
    values[: len(weights)] = weights
    return np.asarray(values / np.linalg.norm(values), dtype="<f4").tobytes()


def meaning(*passages: bytes) -> tuple[Vector, ...]:
    """Vectors of a document's passages, from its first."""
    return tuple(Vector(number, one) for number, one in enumerate(passages))


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
