"""Steps of the scheduler that are due once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

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
