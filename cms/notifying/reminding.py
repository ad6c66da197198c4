"""When a notice is sent again: a pure function of what became of it so far.

While it was never accepted it is tried again after growing pauses; whether accepted or not, it is sent at the
reminders' times until it is confirmed. After the last of them nothing is planned any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

REMINDERS = (
    timedelta(hours=1),
    timedelta(hours=24),
    timedelta(hours=72),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
)
"""After the withdrawal."""
MAIL_AFTER = timedelta(hours=72)
"""A person is written to once the reminder of this time was not confirmed either."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


def next_time(*, since: datetime, failures: int, at: datetime) -> datetime | None:
    """The time of the next sending, after one at ``at``; ``failures`` in a row (0: it was accepted)."""
    reminder = next((since + each for each in REMINDERS if since + each > at), None)
    if not failures or reminder is None:
        return reminder
    return min(reminder, at + min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))


def wants_mail(*, since: datetime, at: datetime) -> bool:
    """Whether the person in charge is written to, the notice being unconfirmed after a sending at ``at``."""
    return at - since >= MAIL_AFTER
