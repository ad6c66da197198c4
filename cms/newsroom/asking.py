"""What the press asks agencies for, in threads. Each act is one transaction; its letter goes out after commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from cms.newsroom import enquiry_letters, granted
from cms.newsroom.granted import Terms
from cms.newsroom.models import Enquiry, EnquiryMessage, EnquiryState, Grant
from media_library.models import Resource
from media_library.reuse import Purpose
from media_library.text import clean_line, nfc

MOST_OPEN = 20
"""Requests of one person that wait for an answer at a time."""
MOST_MESSAGES = 200
"""In one thread."""


class TooManyOpen(Exception):
    """:data:`MOST_OPEN` requests wait already."""


class Closed(Exception):
    """Nothing is added any more: it was closed, or there are :data:`MOST_MESSAGES` in it."""


def ask(
    resource: Resource, *, wants: str, purpose: Purpose | None, outlet: str, text: str, by: Any, at: datetime
) -> Enquiry:
    """A new request to the agency of ``resource``. Raises :class:`TooManyOpen`."""
    with transaction.atomic():
        waiting = Enquiry.objects.filter(asked_by=by, state=EnquiryState.OPEN)
        if waiting.count() >= MOST_OPEN:
            raise TooManyOpen
        enquiry = Enquiry.objects.create(
            resource=resource,
            asked_by=by,
            outlet=clean_line(outlet),
            wants=wants,
            purpose=purpose or "",
            asked_at=at,
            changed_at=at,
        )
        message = _add(enquiry, text, by=by, by_agency=False, state=EnquiryState.OPEN, at=at)
        enquiry_letters.asked(enquiry, message)
    return enquiry


def follow_up(enquiry: Enquiry, text: str, *, by: Any, at: datetime) -> None:
    """Who asked writes again: it waits for an answer anew. Raises :class:`Closed`."""
    with transaction.atomic():
        _hold(enquiry, at)
        message = _add(enquiry, text, by=by, by_agency=False, state=EnquiryState.OPEN, at=at)
        enquiry_letters.asked(enquiry, message)


def answer(
    enquiry: Enquiry, text: str, *, state: EnquiryState, by: Any, at: datetime, terms: Terms | None = None
) -> Grant | None:
    """The agency answers, with a permission where ``terms`` say so. Raises :class:`Closed`."""
    with transaction.atomic():
        _hold(enquiry, at)
        grant = granted.give(enquiry, terms, by=by, at=at) if terms is not None else None
        message = _add(enquiry, text, by=by, by_agency=True, state=state, at=at)
        enquiry_letters.answered(enquiry, message, grant)
    return grant


def close(enquiry: Enquiry, *, at: datetime) -> None:
    """Who asked needs no more; what was permitted stays permitted. A second time nothing happens."""
    Enquiry.objects.filter(pk=enquiry.pk).exclude(state=EnquiryState.CLOSED).update(
        state=EnquiryState.CLOSED, changed_at=at
    )


def revoke(grant: Grant, *, reason: str, by: Any, at: datetime) -> bool:
    """Take a permission back and tell who held it; False where there was nothing to take back."""
    with transaction.atomic():
        done = granted.revoke(grant, reason=reason, by=by, at=at)
        if done:
            enquiry_letters.revoked(Grant.objects.get(pk=grant.pk))
    return done


def _hold(enquiry: Enquiry, at: datetime) -> None:
    """Holds its row, so that two acts on one thread follow each other."""
    open_still = Enquiry.objects.filter(pk=enquiry.pk).exclude(state=EnquiryState.CLOSED)
    if not open_still.update(changed_at=at) or enquiry.messages.count() >= MOST_MESSAGES:
        raise Closed


def _add(
    enquiry: Enquiry, text: str, *, by: Any, by_agency: bool, state: EnquiryState, at: datetime
) -> EnquiryMessage:
    Enquiry.objects.filter(pk=enquiry.pk).update(state=state, changed_at=at)
    enquiry.state, enquiry.changed_at = state, at
    told = nfc(text.replace("\r\n", "\n")).strip()
    return enquiry.messages.create(written_by=by, by_agency=by_agency, text=told, state=state, at=at)
