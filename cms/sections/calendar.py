"""``calendar.ics``: the campaigns of a publication as dates (RFC 5545).

A yearly campaign is one event that repeats; the day it is about is an event of its own. One that always runs
has no date and no event. Without a campaign the calendar holds the city's time zone alone, for RFC 5545 (3.6)
asks for one component.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from cms.sections.entries import Publication
from cms.sections.parts import Occasion
from media_library.models.campaign import Recurrence

MEDIA_TYPE = "text/calendar; charset=utf-8"
FIRST_YEAR = 2025
"""Yearly events begin with the first full year of the resolution."""
STAMP = f"{FIRST_YEAR}0101T000000Z"
"""No time of a change is kept of a campaign; the same campaigns must give the same bytes."""
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Ho_Chi_Minh",
    "BEGIN:STANDARD",
    "DTSTART:19750613T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def write(publication: Publication, url: str) -> bytes:
    """The calendar as UTF-8 text."""
    return document(publication.title, [line for each in publication.occasions for line in _events(each)])


def document(title: str, events: list[str], *, about: str = "") -> bytes:
    """A whole calendar around ``events``, its lines folded."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kho 57//Kho 57//VI", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{_text(title)}", f"X-WR-CALNAME:{_text(title)}", "REFRESH-INTERVAL;VALUE=DURATION:P1D"]
    lines += [f"X-WR-CALDESC:{_text(about)}"] if about else []
    lines += [*_ZONE, *events, "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _events(occasion: Occasion) -> Iterator[str]:
    if occasion.recurs == Recurrence.ONCE and occasion.first_day and occasion.last_day:
        yield from _event(occasion, "days", occasion.first_day, occasion.last_day)
    elif occasion.recurs == Recurrence.YEARLY and occasion.starts and occasion.ends:
        first, last = _in(FIRST_YEAR, occasion.starts), _in(FIRST_YEAR, occasion.ends)
        last = last if last >= first else _in(FIRST_YEAR + 1, occasion.ends)
        yield from _event(occasion, "days", first, last, yearly=True)
    if occasion.recurs != Recurrence.CONTINUOUS and occasion.day:
        year = occasion.first_day.year if occasion.first_day else FIRST_YEAR
        on = _in(year, occasion.day)
        yield from _event(occasion, "day", on, on, yearly=occasion.recurs == Recurrence.YEARLY)


def _event(occasion: Occasion, part: str, first: date, last: date, *, yearly: bool = False) -> Iterator[str]:
    title = occasion.title if part == "days" else _("The day: %(title)s") % {"title": occasion.title}
    yield from ("BEGIN:VEVENT", f"UID:{occasion.code}-{part}@kho57", f"DTSTAMP:{STAMP}")
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    if yearly:
        yield "RRULE:FREQ=YEARLY"
    yield f"SUMMARY:{_text(title)}"
    if occasion.summary:
        yield f"DESCRIPTION:{_text(occasion.summary)}"
    yield f"URL:{occasion.url}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _in(year: int, month_day: str) -> date:
    month, day = map(int, month_day.split("-"))
    return date(year, month, min(day, 28) if month == 2 else day)


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value.replace("\r", "")


def _folded(line: str) -> str:
    """At most 75 bytes a line, no sign cut in two (RFC 5545, 3.1)."""
    if len(line.encode()) <= 75:
        return line
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > (75 if len(parts) == 1 else 74):
            parts.append("")
            size = 0
        parts[-1] += sign
        size += width
    return "\r\n ".join(parts)
