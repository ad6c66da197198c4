"""The embedded engine under the contract, on whichever database the tests run."""

from __future__ import annotations

import pytest

from search.engines.contract import Engine
from search.engines.database.engine import DatabaseEngine
from tests.search.engine_contract import EngineContract
from tests.search.fakes import FlakyEngine

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


class TestDatabaseEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> Engine:
        return DatabaseEngine()


class TestFlakyEngineThatDoesNotFail(EngineContract):
    """The fake answers like what stands behind it, or tests with it would prove nothing."""

    @pytest.fixture
    def engine(self) -> Engine:
        return FlakyEngine(DatabaseEngine())
