"""A breaker before a server: after a failure nobody waits for it again until one try has succeeded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PAUSE = 5.0
"""Seconds after a failure in which nobody asks; then one request may try."""


class Breaker:
    """Closed: all pass. Open: none for ``pause`` seconds, then one, whose outcome decides.

    ``clock`` gives seconds that only rise. Safe between threads; each process has its own.
    """

    def __init__(self, *, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._open_until: float | None = None

    def admits(self) -> bool:
        """Whether this caller may ask; of those that come after a pause only the first may."""
        if not self.open:
            return True
        with self._lock:
            if self._open_until is not None:
                if self._clock() < self._open_until:
                    return False
                self._open_until = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        if self._open_until is not None:
            with self._lock:
                self._open_until = None

    def failed(self) -> None:
        with self._lock:
            self._open_until = self._clock() + self._pause

    @property
    def open(self) -> bool:
        """Whether callers are turned away, for those who report on it."""
        return self._open_until is not None
