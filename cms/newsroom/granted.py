"""Permissions for a person or an outlet: given with an answer, looked up for the rights, ended or revoked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms.newsroom.accreditation.current import current
from cms.newsroom.models import Accreditation, Enquiry, Grant
from cms.newsroom.models.enquiry import outlet_key
from media_library import granting, reuse
from media_library.models import Resource
from media_library.reuse import Purpose
from media_library.text import clean_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an editor permits. Both days belong to it."""

    purposes: tuple[Purpose, ...]
    first: date
    last: date
    territory: str = ""
    credit_line: str = ""
    asks_credit: bool = True
    terms: str = ""
    for_outlet: bool = False
    """Also for the other accredited journalists of the outlet."""


def give(enquiry: Enquiry, terms: Terms, *, by: Any, at: datetime) -> Grant:
    """A permission for who asked, or for the outlet they named. The caller holds the transaction."""
    return Grant.objects.create(
        enquiry=enquiry,
        resource=enquiry.resource,
        person=enquiry.asked_by,
        outlet=enquiry.outlet,
        outlet_key=outlet_key(enquiry.outlet) if terms.for_outlet else "",
        purposes=[one.value for one in terms.purposes],
        territory=clean_line(terms.territory),
        since=_midnight(terms.first),
        until=_midnight(terms.last + timedelta(days=1)),
        credit_line=clean_line(terms.credit_line),
        asks_credit=terms.asks_credit,
        terms=terms.terms.strip(),
        granted_by=by,
        granted_at=at,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def revoke(grant: Grant, *, reason: str, by: Any, at: datetime) -> bool:
    """End it now. False where it has ended or was revoked before; the reason that was given then stays."""
    with transaction.atomic():
        running = Grant.objects.filter(pk=grant.pk, revoked_at=None, until__gt=at)
        return bool(running.update(revoked_at=at, revoked_by=by, revoked_reason=clean_line(reason)))


def lookup(user: Any) -> granting.Grants:
    """For :mod:`media_library.granting`. What one holds through an outlet ends with one's accreditation."""
    accreditation = current(user, timezone.now())
    found: dict[int, tuple[reuse.Grant, ...]] = defaultdict(tuple)
    for row in Grant.objects.filter(_held(user, accreditation), revoked_at=None).order_by("pk"):
        until = row.until
        if row.person_id != user.pk and accreditation is not None and accreditation.until is not None:
            until = min(until, accreditation.until)
        if until > row.since:
            found[row.resource_id] = (*found[row.resource_id], _plain(row, until=until))
    return found


def _held(user: Any, accreditation: Accreditation | None) -> Q:
    """What a person holds, alone or through the outlet of ``accreditation``."""
    held = Q(person=user)
    if accreditation is not None and (key := outlet_key(accreditation.outlet)):
        held |= Q(outlet_key=key)
    return held


def holders(grant: Grant, *, at: datetime) -> Iterator[Any]:
    """Who holds it, revoked or not: who asked, then the accredited journalists of the outlet that it is for."""
    yield grant.person
    if grant.outlet_key:
        rows = Accreditation.objects.filter(state=Accreditation.State.GRANTED, until__gt=at)
        for row in rows.exclude(user=grant.person).select_related("user").order_by("pk").iterator():
            if row.user is not None and outlet_key(row.outlet) == grant.outlet_key:
                yield row.user


def _plain(row: Grant, *, until: datetime) -> reuse.Grant:
    return reuse.Grant(
        purposes=tuple(Purpose(one) for one in row.purposes if one in Purpose.values),
        since=row.since,
        until=until,
        asks_credit=row.asks_credit,
        place=row.territory,
        has_terms=bool(row.terms),
    )


@dataclass(frozen=True, slots=True)
class Permitted:
    """A permission as pages tell of it. ``last``: its last day; ``state``: ``ahead running over revoked``."""

    grant: Grant
    purposes: str
    last: datetime
    state: str


def running(user: Any, resource: Resource, *, at: datetime) -> list[Permitted]:
    """What ``user`` holds now for ``resource``; no query for who holds nothing."""
    if not granting.held_by(user, resource.pk):
        return []
    held = Grant.objects.running(at).filter(_held(user, current(user, at)), resource=resource)
    return told(list(held), at=at)


def told(grants: Sequence[Grant], *, at: datetime) -> list[Permitted]:
    return [
        Permitted(
            one,
            ", ".join(str(Purpose(each).label) for each in one.purposes if each in Purpose.values),
            one.until - timedelta(microseconds=1),
            _state(one, at),
        )
        for one in grants
    ]


def _state(grant: Grant, at: datetime) -> str:
    if grant.revoked_at is not None:
        return "revoked"
    if grant.until <= at:
        return "over"
    return "running" if grant.since <= at else "ahead"
