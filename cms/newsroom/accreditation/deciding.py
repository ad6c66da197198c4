"""The lead department decides: each act changes the state that it was shown, or none at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from cms.newsroom.accreditation import letters
from cms.newsroom.models import Accreditation, AccreditationDecision

_STATE = Accreditation.State


class Overtaken(Exception):
    """Somebody else has decided in the meantime; nothing was changed."""


def grant(row: Accreditation, *, until: datetime, reason: str = "", by: Any, at: datetime) -> None:
    """Until ``until``; an earlier accreditation of the same person ends with it. Raises :class:`Overtaken`."""

    def end_the_earlier() -> None:
        earlier = Accreditation.objects.filter(user=row.user_id, state=_STATE.GRANTED).exclude(pk=row.pk)
        earlier.update(state=_STATE.ENDED, closed_at=at)

    _decide(
        row, _STATE.WAITING, _STATE.GRANTED, until=until, reason=reason, by=by, at=at, first=end_the_earlier
    )


def refuse(row: Accreditation, *, reason: str, by: Any, at: datetime) -> None:
    """Raises :class:`Overtaken`."""
    _decide(row, _STATE.WAITING, _STATE.REFUSED, until=None, reason=reason, by=by, at=at)


def take_back(row: Accreditation, *, reason: str, by: Any, at: datetime) -> None:
    """At once, everywhere. Raises :class:`Overtaken`, also where it has ended by itself."""
    if row.until is None or row.until <= at:
        raise Overtaken
    _decide(row, _STATE.GRANTED, _STATE.TAKEN_BACK, until=row.until, reason=reason, by=by, at=at)


def _decide(
    row: Accreditation,
    before: str,
    after: str,
    *,
    until: datetime | None,
    reason: str,
    by: Any,
    at: datetime,
    first: Any = None,
) -> None:
    closed = None if after == _STATE.GRANTED else at
    try:
        with transaction.atomic():
            if first is not None:
                first()
            same = Accreditation.objects.filter(pk=row.pk, state=before)
            if not same.update(state=after, until=until, reason=reason, closed_at=closed):
                raise Overtaken
            AccreditationDecision.objects.create(
                accreditation=row, state=after, until=until, reason=reason, by=by, at=at
            )
            row.refresh_from_db()
            letters.of_decision(row)
    except IntegrityError as error:
        raise Overtaken from error
