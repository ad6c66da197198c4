"""Steps of the scheduler that are not due at every tick, which comes each second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

Step = Callable[[datetime], int]


def once_a_day(step: Step) -> Step:
    """``step`` at the first tick of each day of this process; one that fails is due again at the next tick."""
    done: list[date] = []

    def due(at: datetime) -> int:
        day = timezone.localdate(at)
        if done == [day]:
            return 0
        number = step(at)
        done[:] = [day]
        return number

    due.__name__ = step.__name__
    return due


def every(pause: timedelta, step: Step) -> Step:
    """``step`` at the first tick, and then at the first after each ``pause``."""
    last: list[datetime] = []

    def due(at: datetime) -> int:
        if last and timedelta() <= at - last[0] < pause:
            return 0
        last[:] = [at]
        return step(at)

    due.__name__ = step.__name__
    return due
