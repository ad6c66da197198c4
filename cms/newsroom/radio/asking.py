"""What is asked of the list of bulletins: a frozen value, read once from the address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django.forms import DateField, ValidationError
from django.http import QueryDict

from cms.newsroom.radio.bulletins import LENGTHS
from media_library.models import AgencyType, Resource

_CODE = re.compile(r"[\w.\-]{1,80}")
_PLACE = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class NoDay(ValueError):
    """What was typed is no day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Every choice, empty for none. ``day`` as it was typed, ``after`` the place of the page."""

    day: str = ""
    length: str = ""
    type: str = ""
    agency: str = ""
    topic: str = ""
    audience: str = ""
    script: str = ""
    after: str = ""

    @classmethod
    def parse(cls, parameters: QueryDict) -> tuple[Wanted, bool]:
        """What ``parameters`` ask for, and whether something of it could not be used."""
        given = {one.name: parameters.get(one.name, "").strip() for one in fields(cls)}
        used = {name: value if _fits(name, value) else "" for name, value in given.items()}
        return cls(**used), used != given

    def query(self, *, after: str = "") -> str:
        """The address of this list, from the place ``after`` on."""
        asked = replace(self, after=after)
        return urlencode([(one.name, value) for one in fields(asked) if (value := getattr(asked, one.name))])

    @property
    def chosen(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.query())

    @property
    def place(self) -> tuple[datetime, int] | None:
        """Time and key of the bulletin after which the page begins."""
        found = _PLACE.fullmatch(self.after)
        return (_BEGINNING + int(found[1]) * _TICK, int(found[2])) if found else None


def place_of(row: Resource, aired: datetime) -> str:
    """The ``after`` of the page that follows ``row``."""
    return f"{(aired - _BEGINNING) // _TICK}-{row.pk}"


def day_of(text: str) -> date:
    """``27/11/2026`` or ``2026-11-27``. Raises :class:`NoDay`."""
    try:
        day = DateField().clean(text[:20])
    except ValidationError as error:
        raise NoDay(text) from error
    if not isinstance(day, date) or not _FIRST < day < _LAST:
        raise NoDay(text)
    return day


def _fits(name: str, value: str) -> bool:
    closed: dict[str, Iterable[str]] = {"length": LENGTHS, "type": AgencyType.values, "script": ("yes", "no")}
    if not value:
        return True
    if name in closed:
        return value in closed[name]
    if name == "after":
        return bool(_PLACE.fullmatch(value))
    return len(value) <= 40 and "\x00" not in value if name == "day" else bool(_CODE.fullmatch(value))
