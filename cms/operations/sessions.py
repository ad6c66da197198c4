"""Ended sessions are forgotten: they say who was signed in, and their table would only grow."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

EVERY = timedelta(hours=1)


class SessionSweep:
    """A step of the scheduler: deletes ended sessions once in :data:`EVERY`, and does nothing in between.

    A clock that was set back does not keep it waiting.
    """

    def __init__(self) -> None:
        self._last: datetime | None = None

    def sweep(self, at: datetime) -> int:
        """Returns how many sessions were forgotten."""
        if self._last is not None and timedelta() <= at - self._last < EVERY:
            return 0
        self._last = at
        deleted, _by_model = Session.objects.filter(expire_date__lt=at).delete()
        return deleted
