from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from search import embedder, engines, finding, fusion, indexing
from search.engines.contract import Engine
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.request import SearchRequest
from search.results import SearchResults
from tests.search.fakes import AtOnce, HashedWords
from tests.search.nodes import engine_at, use


@pytest.fixture
def library(db: None) -> Callable[..., SearchResults]:
    """Search the library as it is in the index after draining: ``library("words", kind=("video",))``."""

    def look(q: str = "", *, drain: bool = True, size: int = 20, **values: object) -> SearchResults:
        now = timezone.now()
        if drain:
            indexing.drain(now)
        return finding.search(SearchRequest(q=q, **values), at=now, size=size)  # type: ignore[arg-type]

    return look


@pytest.fixture
def use_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Engine], Engine]]:
    """Let the outbox and the searches meet another engine."""

    def use(other: Engine) -> Engine:
        monkeypatch.setattr(engines, "engine", lambda: other)
        return other

    return use


@pytest.fixture
def meaning_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> HashedWords:
    """Search by meaning is on, with a model that knows words only, in the thread of the test."""
    fake = HashedWords()
    settings.SEARCH_MEANING = True
    monkeypatch.setattr(embedder, "current", lambda: fake)
    monkeypatch.setattr(fusion, "_THREADS", AtOnce())
    return fake


@pytest.fixture
def elastic() -> Iterator[ElasticsearchEngine]:
    """An empty engine on the Elasticsearch that the test command started."""
    with engine_at() as made:
        yield made


@pytest.fixture
def answers(elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> ElasticsearchEngine:
    """Searches ask Elasticsearch, changes go to both engines."""
    use(monkeypatch, elastic)
    return elastic
