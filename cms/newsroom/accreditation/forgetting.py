"""Personal data of requests goes when it has served: a step of the scheduler."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from cms.newsroom.accreditation.asking import CONFIRM_WITHIN
from cms.newsroom.models import Accreditation
from media_library.files import storage

KEPT_FOR = timedelta(days=90)
"""After a refusal or an end: as long as a decision may be complained of (Law on Complaints 2011, article 9)."""
_AT_ONCE = 200
_STATE = Accreditation.State


def forget(at: datetime) -> int:
    """What nobody confirmed goes wholly; of what ended the person, the card and the words. Returns how many."""
    left = Accreditation.objects.filter(state=_STATE.UNCONFIRMED, asked_at__lt=at - CONFIRM_WITHIN)
    keys = list(left.values_list("pk", flat=True)[:_AT_ONCE])
    gone = Accreditation.objects.filter(pk__in=keys).delete()[0] if keys else 0
    over = Q(closed_at__lt=at - KEPT_FOR) | Q(state=_STATE.GRANTED, until__lt=at - KEPT_FOR)
    nobody = Q(user=None) & ~Q(state=_STATE.UNCONFIRMED)
    ended = Accreditation.objects.filter(over | nobody, forgotten_at=None)[:_AT_ONCE]
    return gone + sum(_forget(row, at) for row in ended)


def _forget(row: Accreditation, at: datetime) -> int:
    if row.scan:
        storage.remove(row.scan)
    row.decisions.update(reason="")
    blank = {
        "name": "",
        "email": "",
        "card_number": "",
        "purpose": "",
        "reason": "",
        "scan": "",
        "scan_type": "",
    }
    Accreditation.objects.filter(pk=row.pk).update(
        **blank, card_until=None, scan_size=0, forgotten_at=at, closed_at=row.closed_at or row.until or at
    )
    return 1
