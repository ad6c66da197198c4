"""The embedded engine under the contract, on whichever database the tests run."""

from __future__ import annotations

import pytest
from django.db import connection

from search.engines.contract import Engine
from search.engines.database import sqlite
from search.engines.database.engine import DatabaseEngine
from tests.search.documents import document, found
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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL weighs by what it keeps, not by places")
class TestAWordInVeryManyDocuments:
    """On SQLite it weighs by the short texts alone; what has it anywhere is found as ever."""

    @pytest.fixture
    def engine(self, monkeypatch: pytest.MonkeyPatch) -> Engine:
        monkeypatch.setattr(sqlite, "VERY_MANY", 2)
        engine = DatabaseEngine()
        engine.index(
            [
                document(1, "Bảo tàng", body=("mẹ đi chợ " * 50,)),
                document(2, "Mẹ và bé"),
                document(3, "Mé sông"),
                document(4, "Mẹ", summary="mẹ kể chuyện"),
            ]
        )
        return engine

    def test_all_that_have_it_are_found_and_short_texts_come_first(self, engine: Engine) -> None:
        assert sorted(found(engine, "me")) == [1, 2, 3, 4]
        assert found(engine, "me")[-1] == 1

    def test_the_accented_form_outranks_the_others(self, engine: Engine) -> None:
        assert set(found(engine, "mẹ")[:2]) == {2, 4}
        assert sorted(found(engine, "mẹ")) == [1, 2, 3, 4]
