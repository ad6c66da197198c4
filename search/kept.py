"""Small tables that every process keeps in memory: a change reaches all of them within a second or two."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Count, Max, Model

LOOK_EVERY = 1.0
"""Seconds for which a process does not ask whether the table has changed."""
LOAD_EVERY = 30.0
"""Seconds after which the rows are read anyway: clocks of several machines may hide a change for a moment."""

T = TypeVar("T")


class Kept(Generic[T]):
    """What ``load`` makes of the rows of ``model``, which has a ``changed_at``.

    One small query at most every :data:`LOOK_EVERY` seconds tells whether it must be loaded anew.
    """

    def __init__(self, model: Callable[[], type[Model]], load: Callable[[], T]) -> None:
        self.model = model
        self.load = load
        self._value: T | None = None
        self._stamp: Any = None
        self._looked = self._loaded = -LOAD_EVERY

    def get(self) -> T:
        now = time.monotonic()
        if self._value is None or now - self._looked >= LOOK_EVERY:
            stamp = self._now()
            if self._value is None or stamp != self._stamp or now - self._loaded >= LOAD_EVERY:
                self.put(self.load(), stamp=stamp)
            self._looked = now
        assert self._value is not None
        return self._value

    def put(self, value: T, *, stamp: Any = None) -> None:
        """Keep ``value`` as if it had just been loaded."""
        self._value, self._stamp = value, stamp
        self._looked = self._loaded = time.monotonic()

    def forget(self, **_signal: Any) -> None:
        """Load at the next look; also a receiver of the model's signals."""
        self._value = None

    def _now(self) -> tuple[Any, ...]:
        rows = self.model()._default_manager.order_by()
        return tuple(rows.aggregate(rows=Count("pk"), changed=Max("changed_at")).values())
