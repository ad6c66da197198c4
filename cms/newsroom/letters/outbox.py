"""Which letters are due, who is at them, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet

from cms.newsroom.models import Letter, LetterState

BATCH = 20
"""Letters that one worker takes at a time."""
LEASE = timedelta(minutes=15)
"""For a batch; a letter whose worker died is due again after it. Longer than a batch of time-outs takes."""
ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
NOBODY_THERE = timedelta(minutes=1)
"""The pause of all when no mail server answers at all; it counts as nobody's attempt."""
KEPT = timedelta(days=30)
"""A letter that was sent or dropped, and what it told, since then."""
REFUSALS_KEPT = timedelta(days=180)
_AT_ONCE = 500


def due(at: datetime) -> QuerySet[Letter]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    return Letter.objects.filter(free, state=LetterState.WAITING, due_at__lte=at)


def claim(at: datetime, *, most: int = BATCH) -> list[Letter]:
    """The letters that wait longest, for this worker alone until their lease ends."""
    if not due(at).exists():  # takes no lock of SQLite's
        return []
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        first = due(at).order_by("due_at", "pk").select_related("person__wagtail_userprofile")
        rows = list(first.select_for_update(skip_locked=skip, of=("self",))[:most])
        for row in rows:
            row.lease_until, row.attempts = at + LEASE, row.attempts + 1
        Letter.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        return rows


def end(letter: Letter, state: LetterState, *, at: datetime, problem: str = "") -> None:
    """``letter`` is done with, unless another worker has taken it meanwhile."""
    _mine(letter).update(state=state, ended_at=at, lease_until=None, problem=problem[:100])


def later(letter: Letter, *, at: datetime, problem: str) -> None:
    """Try again after a pause that doubles, and give up after :data:`ATTEMPTS`."""
    if letter.attempts >= ATTEMPTS:
        end(letter, LetterState.GIVEN_UP, at=at, problem=problem)
        return
    pause = min(FIRST_PAUSE * 2 ** (letter.attempts - 1), LONGEST_PAUSE)
    _mine(letter).update(due_at=at + pause, lease_until=None, problem=problem[:100])


def put_back(letters: list[Letter], *, at: datetime) -> None:
    """Nobody was there to take them."""
    for letter in letters:
        _mine(letter).update(due_at=at + NOBODY_THERE, lease_until=None, attempts=letter.attempts - 1)


def again(letter: Letter, *, at: datetime) -> None:
    """Somebody has mended what was wrong: from the beginning."""
    ended = Letter.objects.filter(pk=letter.pk, state__in=(LetterState.REFUSED, LetterState.GIVEN_UP))
    ended.update(state=LetterState.WAITING, due_at=at, attempts=0, ended_at=None, lease_until=None)


def forget(at: datetime) -> int:
    """What is over goes, with the memory of who was told what; returns how many letters that were."""
    over = Q(state__in=(LetterState.SENT, LetterState.DROPPED), ended_at__lt=at - KEPT)
    failed = Q(state__in=(LetterState.REFUSED, LetterState.GIVEN_UP), ended_at__lt=at - REFUSALS_KEPT)
    keys = list(Letter.objects.filter(over | failed).values_list("pk", flat=True)[:_AT_ONCE])
    if keys:
        Letter.objects.filter(pk__in=keys).delete()
    return len(keys)


def standing() -> tuple[dict[str, int], datetime | None]:
    """Letters by state, and since when the oldest that waits has been due; for supervision."""
    counted = dict(Letter.objects.order_by().values_list("state").annotate(Count("pk")))
    waiting = Letter.objects.filter(state=LetterState.WAITING).aggregate(since=Min("due_at"))
    return {state: counted.get(state, 0) for state in LetterState.values}, waiting["since"]


def _mine(letter: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(
        pk=letter.pk, state=LetterState.WAITING, lease_until=letter.lease_until, attempts=letter.attempts
    )
