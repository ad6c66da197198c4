"""Named fakes of the engine seam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.engines.contract import Answer, Ask, Document, Engine, Hit, Unavailable


class FlakyEngine:
    """Stands before a real engine and fails the next ``failures`` calls, as a stopped server does.

    ``poison``: ids of documents that it can never store (ValueError).
    """

    def __init__(self, behind: Engine, *, failures: int = 0, poison: frozenset[int] = frozenset()) -> None:
        self.behind = behind
        self.name = behind.name
        self.batch = behind.batch
        self.own_table = behind.own_table
        self.failures = failures
        self.poison = poison
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.behind, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            if self.failures > 0:
                self.failures -= 1
                raise Unavailable("the engine does not answer")
            if name == "index" and self.poison & {one.id for one in args[0]}:
                raise ValueError("no engine takes this document")
            return method(*args, **kwargs)

        return call


class CarelessEngine(FlakyEngine):
    """Finds ``documents`` whatever is asked and whoever may see them."""

    def __init__(self, behind: Engine, documents: Sequence[Document]) -> None:
        super().__init__(behind)
        self.documents = documents

    def search(self, ask: Ask) -> Answer:
        hits = tuple(Hit(one.key, 1.0, one) for one in self.documents)
        return Answer(total=len(hits), hits=hits, facets={}, next=None)
