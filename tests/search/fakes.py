"""Named fakes of the seams: engine and embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from hashlib import blake2b
from typing import Any

import numpy as np

from search.embedder import Unusable
from search.engines.contract import Engine, Unavailable
from search.text import words


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


class AtOnce(Executor):
    """Does what it is given before it returns, where a test's transaction can be seen."""

    def submit(self, act: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(act(*args, **kwargs))
        except Exception as problem:
            done.set_exception(problem)
        return done


class HashedWords:
    """An embedder without a model: texts that share words, whatever their marks, are near one another.

    ``broken``: it raises Unusable, as where the model cannot be loaded.
    """

    name = "hashed-words"
    dimensions = 384

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.seen: list[str] = []

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        self.seen += texts
        return [self._vector(one) for one in texts]

    def question(self, text: str) -> bytes:
        return self._vector(text)

    def _vector(self, one: str) -> bytes:
        if self.broken:
            raise Unusable("no model here")
        values = np.zeros(self.dimensions, dtype="<f4")
        values[0] = 1e-3
        for word in words(one):
            values[int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) % self.dimensions] += 1.0
        return np.asarray(values / np.linalg.norm(values), dtype="<f4").tobytes()
