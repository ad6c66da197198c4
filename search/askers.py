"""How many different people ask a question: enough of them, and it may be suggested to others.

An asker is a keyed hash of address and browser. The key is random, made for the month and deleted with it:
afterwards nobody, the library included, can tell which asker was which. What stays is only that a question
has passed.
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import date, datetime
from hashlib import blake2b

from django.db.models import Q
from django.utils import timezone

from search.models import Asker

ENOUGH = 20
"""Different askers within one month from which a question may be suggested to others."""
BROWSERS = 5
"""Askers that one address can be: whoever only changes the name of the browser makes no crowd."""
PASSED = date(1970, 1, 1)
"""Stands for the month in rows that say a question has passed; their token is the month in which it did."""
PASSED_MONTHS = 12
"""For so long a question that has passed may be suggested."""
_KEY_OF_THE_MONTH = ""
"""Question of the row that keeps the month's key as its token: no question has an empty key."""


def of(*, address: str, browser: str, at: datetime) -> bytes:
    """Who asks, as 16 bytes that mean nothing without the key of the month."""
    key = _key(_month(at)).encode()
    kind = blake2b(browser.encode(), key=key, digest_size=1).digest()[0] % BROWSERS
    return blake2b(f"{_network(address)} {kind}".encode(), key=key, digest_size=16).digest()


def heard(question: str, *, asker: bytes, at: datetime) -> None:
    """``asker`` asked ``question`` (a key) and something was found; part of the caller's transaction."""
    month = _month(at)
    row = Asker(month=month, key=question, token=asker.hex())
    Asker.objects.bulk_create([row], ignore_conflicts=True)
    if Asker.objects.filter(month=month, key=question).count() >= ENOUGH:
        passed = Asker(month=PASSED, key=question, token=month.isoformat())
        Asker.objects.bulk_create([passed], ignore_conflicts=True)


def passed(prefix: str, *, at: datetime) -> list[str]:
    """Questions (keys) that may be suggested and have a word that begins with ``prefix``."""
    begins = Q(key__startswith=prefix) | Q(key__contains=f" {prefix}")
    rows = Asker.objects.filter(begins, month=PASSED, token__gte=_months_before(at).isoformat())
    return list(rows.order_by("key").values_list("key", flat=True).distinct())


def forget(at: datetime) -> int:
    """Askers of past months with their key, and what passed too long ago."""
    past = Q(month__lt=_month(at)) & ~Q(month=PASSED)
    old = Q(month=PASSED, token__lt=_months_before(at).isoformat())
    gone, _each = Asker.objects.filter(past | old).delete()
    return gone


def _month(at: datetime) -> date:
    return timezone.localdate(at).replace(day=1)


def _months_before(at: datetime) -> date:
    month = _month(at)
    return month.replace(year=month.year - PASSED_MONTHS // 12)


def _key(month: date) -> str:
    """The month's key. Two processes may make one each: the database keeps one of them, and both take that."""
    rows = Asker.objects.filter(month=month, key=_KEY_OF_THE_MONTH)
    if (known := rows.values_list("token", flat=True).first()) is None:
        made = Asker(month=month, key=_KEY_OF_THE_MONTH, token=secrets.token_hex(16))
        Asker.objects.bulk_create([made], ignore_conflicts=True)
        known = rows.values_list("token", flat=True)[0]
    return known


def _network(address: str) -> str:
    """The address; of IPv6 the half that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
