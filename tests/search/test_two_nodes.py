"""The contract on a cluster of two nodes, one of which is stopped in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.engines.contract import Engine
from search.engines.elasticsearch.connection import Servers
from search.engines.elasticsearch.engine import ElasticsearchEngine
from tests.search.engine_contract import EngineContract
from tests.servers import elasticsearch

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow, pytest.mark.xdist_group("two nodes")]
STOPPED_AFTER = 30
"""Tests of the contract on both nodes; the others, with one."""


@pytest.fixture(scope="class")
def cluster() -> Iterator[list[elasticsearch.Node]]:
    with elasticsearch.started_cluster(nodes=2) as nodes:
        yield nodes


class TestClusterThatLosesANode(EngineContract):
    number = 0

    @pytest.fixture
    def engine(self, cluster: list[elasticsearch.Node]) -> Iterator[Engine]:
        kind = type(self)
        kind.number += 1
        if kind.number == STOPPED_AFTER:
            cluster[1].stop()
        name = f"two-{kind.number}"
        hosts = [node.url for node in cluster]
        engine = ElasticsearchEngine(
            Servers(hosts=hosts, index=name, replicas=1, deadline=60.0), immediate=True
        )
        engine.aliases.written()
        yield engine
        engine.aliases.clear()
