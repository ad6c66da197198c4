"""How a person is written to: their choice, and where they made none, at once and in their language of work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from wagtail.users.models import UserProfile

from cms.newsroom.models import LetterChoice, Pace

DIGEST_AT = time(7, 0)
"""Local time at which the letter of a day goes out."""
CLOSED = timedelta(minutes=5)
"""A letter of a day takes nothing in any more so long before it is sent."""


def choice_of(person: Any) -> LetterChoice:
    """Never None; without a row it is not saved."""
    found = LetterChoice.objects.filter(person=person).first()
    return found or LetterChoice(person=person, pace=Pace.AT_ONCE, language=_language_of_work(person))


def choices_of(people: Collection[int]) -> dict[int, LetterChoice]:
    """By key; those without a choice are left out."""
    return {row.person_id: row for row in LetterChoice.objects.filter(person_id__in=people)}


def choose(person: Any, *, pace: str, language: str) -> None:
    """Written to again from now on, if it was stopped."""
    LetterChoice.objects.update_or_create(
        person=person, defaults={"pace": pace, "language": language, "stopped_at": None}
    )


def stop(person_id: int, *, at: datetime) -> None:
    """No letter of any sort from now on, what waits included. A second time keeps the first time."""
    row, made = LetterChoice.objects.get_or_create(person_id=person_id, defaults={"stopped_at": at})
    if not made and row.stopped_at is None:
        LetterChoice.objects.filter(pk=row.pk).update(stopped_at=at)


def is_stopped(person_id: int) -> bool:
    return LetterChoice.objects.filter(person_id=person_id, stopped_at__isnull=False).exists()


def next_digest(at: datetime) -> datetime:
    """When the letter of the day that still takes in what happens at ``at`` is sent."""
    local = timezone.localtime(at)
    due = timezone.make_aware(datetime.combine(local.date(), DIGEST_AT), local.tzinfo)
    while due - CLOSED <= at:
        due = timezone.make_aware(datetime.combine(due.date() + timedelta(days=1), DIGEST_AT), local.tzinfo)
    return due


def _language_of_work(person: Any) -> str:
    profile: UserProfile | None = getattr(person, "wagtail_userprofile", None)
    told = profile.get_preferred_language() if profile else "vi"
    return "en" if told.startswith("en") else "vi"
