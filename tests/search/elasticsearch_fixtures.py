"""Elasticsearch as the engine that answers, and the embedded one behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import engines
from search.engines.contract import Engine
from search.engines.database.engine import make as make_embedded
from search.engines.elasticsearch.engine import ElasticsearchEngine
from tests.search.nodes import engine_at


@pytest.fixture
def elastic() -> Iterator[ElasticsearchEngine]:
    with engine_at() as made:
        yield made


@pytest.fixture
def answers(elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElasticsearchEngine]:
    """Searches ask Elasticsearch, changes go to both engines."""
    use(monkeypatch, elastic)
    yield elastic


def use(monkeypatch: pytest.MonkeyPatch, primary: Engine) -> Engine:
    """Let ``primary`` answer with the embedded engine behind it, which is returned."""
    embedded = make_embedded()
    monkeypatch.setattr(engines, "engine", lambda: primary)
    monkeypatch.setattr(engines, "simpler", lambda: embedded)
    return embedded
