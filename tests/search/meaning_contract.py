"""What every engine must do with vectors of what texts mean; a part of :mod:`tests.search.engine_contract`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from search.engines.contract import Engine, Reader, Tombstone
from tests.search.documents import NOW, document, meaning, vector


class MeaningContract:
    """The nearest passages, for whoever may see them."""

    def test_the_nearest_come_first_each_once_with_its_best_passage(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, "Một", vectors=meaning(vector(0, 1), vector(1, 0.5), vector(1, 2))),
                document(2, "Hai", vectors=meaning(vector(1, 0.1))),
                document(3, "Ba", vectors=meaning(vector(-1), vector(0, 0, 1))),
                document(4, "Không có"),
            ]
        )
        near = engine.nearest(vector(1), limit=10, at=NOW)
        assert [(one.key, one.number) for one in near] == [(2, 0), (1, 1), (3, 1)]
        assert [one.cosine for one in near] == pytest.approx([0.995, 0.894, 0.0], abs=0.01)
        assert [one.key for one in engine.nearest(vector(1), limit=2, at=NOW)] == [2, 1]

    def test_without_vectors_nothing_is_near(self, engine: Engine) -> None:
        assert engine.nearest(vector(1), limit=10, at=NOW) == []
        engine.index([document(1)])
        assert engine.nearest(vector(1), limit=10, at=NOW) == []

    def test_what_nobody_may_see_is_near_to_nothing(self, engine: Engine) -> None:
        same = meaning(vector(1))
        engine.index(
            [
                document(1, public_from=NOW + timedelta(seconds=1), vectors=same),
                document(2, public_until=NOW, vectors=same),
                document(3, vectors=same),
                document(4, desk=True, vectors=same),
                document(5, vectors=meaning(vector(1, 1))),
            ]
        )
        engine.delete([Tombstone(3, 2)])
        assert [one.key for one in engine.nearest(vector(1), limit=10, at=NOW)] == [5]
        later = engine.nearest(vector(1), limit=10, at=NOW + timedelta(seconds=1))
        assert [one.key for one in later] == [1, 5]

    def test_what_a_reader_sees_at_a_desk_is_near_once(self, engine: Engine) -> None:
        same = meaning(vector(1))
        engine.index(
            [
                document(1, owner=7, vectors=same),
                document(1, owner=7, desk=True, vectors=same),
                document(2, owner=8, desk=True, vectors=same),
            ]
        )

        def near(reader: Reader | None) -> list[int]:
            return sorted(one.key for one in engine.nearest(vector(1), limit=10, at=NOW, reader=reader))

        assert near(None) == near(Reader(agencies=frozenset({9}))) == [1]
        assert near(Reader(agencies=frozenset({7}))) == [-1]
        assert near(Reader(agencies=frozenset({8}))) == [-2, 1]
        assert near(Reader(lead=True)) == [-2, -1]

    def test_a_newer_version_brings_its_own_vectors_and_an_older_none(self, engine: Engine) -> None:
        def cosines() -> list[float]:
            return [round(one.cosine, 1) for one in engine.nearest(vector(1), limit=10, at=NOW)]

        engine.index([document(1, vectors=meaning(vector(1), vector(0, 1)))])
        assert cosines() == [1.0]
        engine.index([document(1, version=3, vectors=meaning(vector(0, 0, 1)))])
        assert cosines() == [0.0]
        engine.index([document(1, version=2, vectors=meaning(vector(1)))])
        assert cosines() == [0.0]
        engine.index([document(1, version=4)])
        assert cosines() == []

    def test_clear_forgets_vectors_too(self, engine: Engine) -> None:
        engine.index([document(1, vectors=meaning(vector(1)))])
        engine.clear()
        engine.index([document(1)])
        assert engine.nearest(vector(1), limit=10, at=NOW) == []
