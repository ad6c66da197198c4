"""What the scheduler does for letters: note what expires soon, and forget what is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from cms.newsroom.letters import occasions, outbox

EVERY = timedelta(hours=1)


class Sweep:
    """A step of the scheduler, once in an hour. A clock that was set back does not keep it."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def sweep(self, at: datetime) -> int:
        """Returns how much there was to do."""
        if self._last is not None and timedelta() <= at - self._last < EVERY:
            return 0
        self._last = at
        return occasions.expiring(at) + outbox.forget(at)
