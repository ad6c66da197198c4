"""Steps of the scheduler that are not due at every tick, which comes each second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

Step = Callable[[datetime], int]
_DONE: dict[Step, date] = {}
_LAST: dict[Step, datetime] = {}
"""What this process did last, by step."""


def once_a_day(step: Step) -> Step:
    """``step`` at the first tick of each day of this process; one that fails is due again at the next tick."""

    def due(at: datetime) -> int:
        day = timezone.localdate(at)
        if _DONE.get(step) == day:
            return 0
        number = step(at)
        _DONE[step] = day
        return number

    due.__name__ = step.__name__
    return due


def every(pause: timedelta, step: Step) -> Step:
    """``step`` at the first tick, and then at the first after each ``pause``."""

    def due(at: datetime) -> int:
        last = _LAST.get(step)
        if last is not None and timedelta() <= at - last < pause:
            return 0
        _LAST[step] = at
        return step(at)

    due.__name__ = step.__name__
    return due
