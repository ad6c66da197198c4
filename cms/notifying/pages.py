"""Asking agencies whose pages still show what was withdrawn: a letter to their editors, by hand or once a day.

The pages are those that the witnesses name (:mod:`cms.notifying.serving`). The letter holds address and reason,
not the title, which was withdrawn as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cms.notifying import serving
from cms.notifying.models import PageReminder
from cms.notifying.serving import Serving
from cms.sections.parts import absolute
from media_library.editing import letters
from media_library.models import Agency, MembershipRole, Resource, User

PAUSE = timedelta(hours=1)
"""Between two letters about one page that are written by hand."""
EVERY = timedelta(hours=20)
BY_ITSELF = 3
"""Letters about one page that are written without anybody asking."""
FOR = timedelta(days=30)
"""After the withdrawal."""


class Unasked(Exception):
    """No letter was written: ``soon``, because one was not long ago; else because there is nobody to write to."""

    def __init__(self, *, soon: bool) -> None:
        super().__init__(soon)
        self.soon = soon


def asked(resource: Resource) -> dict[str, list[PageReminder]]:
    """The letters about this withdrawal by page, oldest first; one query."""
    found: dict[str, list[PageReminder]] = {}
    if resource.withdrawn_at is not None:
        rows = PageReminder.objects.filter(resource=resource, withdrawn_at=resource.withdrawn_at)
        for row in rows:
            found.setdefault(row.url, []).append(row)
    return found


def ask(resource: Resource, page: Serving, *, by: Any, at: datetime, pause: timedelta = PAUSE) -> int:
    """Write to the editors of the page's agency; returns to how many. Raises :class:`Unasked`.

    ``by``: the person who pressed the button, None for the day's work.
    """
    before = asked(resource).get(page.url, [])
    if before and before[-1].sent_at > at - pause:
        raise Unasked(soon=True)
    readers = list(editors_of(page.agency_id))
    if not readers or resource.withdrawn_at is None:
        raise Unasked(soon=False)
    PageReminder.objects.create(
        resource=resource, withdrawn_at=resource.withdrawn_at, url=page.url, sent_at=at, sent_by=by
    )
    words = {
        "page": page,
        "reason": resource.withdrawn_reason,
        "withdrawn_at": resource.withdrawn_at,
        "address": absolute(f"/vi/r/{resource.public_id}/"),
    }
    for reader in readers:
        letters.write_to(reader, "still_shown", words, about=f"resource {resource.pk}")
    return len(readers)


def editors_of(agency_id: int | None) -> list[User]:
    """Editors with a mail address of the agency, of what it carries on, or of its successor."""
    if agency_id is None:
        return []
    family = Agency.objects.family([agency_id])
    people = User.objects.filter(is_active=True, memberships__role=MembershipRole.EDITOR)
    agency = Agency.objects.filter(pk=agency_id).first()
    ids = {*family, agency.current.pk} if agency else family
    return list(people.filter(memberships__agency_id__in=ids).exclude(email="").distinct().order_by("pk"))


def ask_each_day(at: datetime) -> int:
    """Ask for every page that showed something after its withdrawal; returns how many letters. Once a day."""
    done = 0
    rows = Resource.objects.filter(withdrawn_at__gt=at - FOR, first_published_at__isnull=False)
    for resource in rows.defer("body").iterator():
        assert resource.withdrawn_at is not None
        said = serving.testimony(resource.public_id, withdrawn_at=resource.withdrawn_at)
        late = [page for page in said.pages if page.since_then]
        written = asked(resource) if late else {}
        for page in late:
            if len(written.get(page.url, [])) < BY_ITSELF:
                done += _quietly(resource, page, at=at)
    return done


def _quietly(resource: Resource, page: Serving, *, at: datetime) -> int:
    try:
        return ask(resource, page, by=None, at=at, pause=EVERY)
    except Unasked:
        return 0
