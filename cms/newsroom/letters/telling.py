"""From an occasion to letters: everyone who is concerned, a batch at a time, each once.

The batch and the place that was reached are written in one transaction, so that a process that dies goes on where
it stood, and no list of people is ever held in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cms.newsroom.letters.choices import choices_of, next_digest
from cms.newsroom.models import (
    Follow,
    Letter,
    LightboxEntry,
    Occasion,
    Pace,
    Tiding,
    Use,
)
from media_library.models import Agency, Resource, User

BATCH = 500
"""People in one transaction."""


def concerned(resource: Resource) -> QuerySet[User]:
    """Who took ``resource``, has it in a lightbox, or follows it, its agency or one of its topics."""
    took = Use.objects.filter(resource=resource, user__isnull=False).values("user_id")
    boxes = LightboxEntry.objects.filter(
        resource=resource, lightbox__owner__isnull=False, lightbox__deleted_at__isnull=True
    ).values("lightbox__owner_id")
    topics = resource.topic_uses.values("tag_id")
    family = Agency.objects.family([resource.agency.current.pk]) | {resource.agency_id}
    followed = Follow.objects.filter(
        Q(resource=resource) | Q(topic_id__in=topics) | Q(agency_id__in=family)
    ).values("person_id")
    people = (
        User.objects.filter(is_active=True).exclude(email="").exclude(letter_choice__stopped_at__isnull=False)
    )
    return people.filter(Q(pk__in=took) | Q(pk__in=boxes) | Q(pk__in=followed))


def drain(at: datetime) -> int:
    """Write the letters of the next batch; returns how many people that were, or 1 for an occasion at its end."""
    if not Occasion.objects.filter(told_at=None).exists():  # takes no lock of SQLite's
        return 0
    with transaction.atomic():
        untold = Occasion.objects.filter(told_at=None).order_by("pk").select_related("resource__agency")
        skip = connection.features.has_select_for_update_skip_locked
        occasion = untold.select_for_update(skip_locked=skip, of=("self",)).first()
        return _tell(occasion, at=at) if occasion is not None else 0


def _tell(occasion: Occasion, *, at: datetime) -> int:
    rest = concerned(occasion.resource).filter(pk__gt=occasion.told_up_to).order_by("pk")
    people = list(rest.values_list("pk", flat=True)[:BATCH])
    _write(occasion, people, at=at)
    if people:
        occasion.told_up_to = people[-1]
    if len(people) < BATCH:
        occasion.told_at = at
    occasion.save(update_fields=["told_up_to", "told_at"])
    return len(people) or 1


def _write(occasion: Occasion, people: Sequence[int], *, at: datetime) -> None:
    known = set(
        Tiding.objects.filter(occasion=occasion, person_id__in=people).values_list("person_id", flat=True)
    )
    letters = letters_for([pk for pk in people if pk not in known], at=at)
    Tiding.objects.bulk_create(
        [Tiding(occasion=occasion, person_id=pk, letter=letter) for pk, letter in letters.items()],
        batch_size=BATCH,
    )


def letters_for(people: Sequence[int], *, at: datetime) -> dict[int, Letter]:
    """The letter in which each is told of what happens at ``at``: one of its own, or that of the day."""
    chosen = choices_of(people)
    daily = [pk for pk in people if pk in chosen and chosen[pk].pace == Pace.DAILY]
    at_once = [pk for pk in people if pk not in set(daily)]
    new = [Letter(person_id=pk, created_at=at, due_at=at) for pk in at_once]
    Letter.objects.bulk_create(new, batch_size=BATCH)
    return {letter.person_id: letter for letter in [*new, *(_of_the_day(daily, at=at) if daily else ())]}


def _of_the_day(people: Sequence[int], *, at: datetime) -> list[Letter]:
    due = next_digest(at)
    day = timezone.localdate(due)
    made = [Letter(person_id=pk, digest=day, created_at=at, due_at=due) for pk in people]
    Letter.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    return list(Letter.objects.filter(person_id__in=people, digest=day))
