"""Elasticsearch under the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.engines.contract import Engine
from tests.search.engine_contract import EngineContract
from tests.search.nodes import engine_at

pytestmark = pytest.mark.elasticsearch


class TestElasticsearchEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        with engine_at() as made:
            yield made
