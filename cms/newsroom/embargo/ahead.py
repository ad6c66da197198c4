"""Who may open what under its embargo, and that they did. Decided by :mod:`media_library.access`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cms.newsroom.accreditation.current import current
from cms.newsroom.models import Accreditation, EmbargoAcceptance, EmbargoOpening
from media_library import access
from media_library.models import Resource
from media_library.models.resource_lists import ResourceQuerySet
from media_library.reuse import Purpose

TERMS = "2026-11"
"""Version of the text that is accepted (templates/newsroom/embargo-terms.html): a new text, a new version."""


def offered(at: datetime) -> ResourceQuerySet:
    """What the desk lists at ``at``, the next to become public first."""
    return Resource.objects.filter(access.for_press(at)).order_by("embargo_until", "pk")


def accept(resource: Resource, *, by: Accreditation, at: datetime) -> EmbargoAcceptance:
    """Once for a person, a time and a version of the terms, however often it is sent."""
    assert resource.embargo_until is not None  # offered() asks it
    row, _made = EmbargoAcceptance.objects.get_or_create(
        resource=resource,
        user=by.user,
        until=resource.embargo_until,
        terms=TERMS,
        defaults={"accreditation": by, "outlet": by.outlet, "at": at},
    )
    return row


def acceptance(user: Any, resource: Resource, at: datetime) -> EmbargoAcceptance | None:
    """That by which ``user`` may open ``resource`` at ``at``; None for everyone else, and for what is public."""
    until = resource.embargo_until
    if until is None or not access.is_for_press(resource, at) or current(user, at) is None:
        return None
    found = EmbargoAcceptance.objects.filter(user=user, resource=resource, until=until, terms=TERMS).first()
    return found if access.may_work_ahead(user, resource, at, accepted=found is not None) else None


def may_take(user: Any, resource: Resource, at: datetime, purpose: Purpose | None = None) -> bool:
    """Whether its files may be taken now for what its terms will allow at its time."""
    if resource.embargo_until is None or acceptance(user, resource, at) is None:
        return False
    return access.may_download(user, resource, resource.embargo_until, purpose)


def note(given: EmbargoAcceptance, *, what: str, at: datetime) -> None:
    """Record that something was opened."""
    EmbargoOpening.objects.create(acceptance=given, resource_id=given.resource_id, what=what[:60], at=at)


def note_kit(resources: Iterable[Resource], *, user: Any, at: datetime) -> None:
    """Record it for those of ``resources`` in a kit that are under embargo."""
    for resource in resources:
        if (given := acceptance(user, resource, at)) is not None:
            note(given, what="kit", at=at)
