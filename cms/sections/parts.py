"""The parts that entries and publications are made of: pictures, files, words, dates; and how text leaves us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """``text`` without what XML 1.0 (section 2.2) cannot carry or advises against: a feed must stay whole."""
    return _UNPRINTABLE.sub("", text)


def local(moment: datetime) -> datetime:
    """``moment`` in the city's time, whoever looks."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def absolute(path: str) -> str:
    """``path`` on our public site; an address that is whole stays as it is."""
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    if path.startswith("/") and not path.startswith("//") and base.count("/") == 2:
        return base + path  # thousands of times in a rendering; urljoin would take a seventh of it
    return urljoin(base + "/", path)


def hub_address() -> str:
    """Where those who want to be told when a section's feed changes say so (WebSub)."""
    return absolute("/websub")


@dataclass(frozen=True)
class Picture:
    """One size of the picture that stands for a resource; width and height in pixels."""

    url: str
    media_type: str
    width: int
    height: int

    @property
    def size(self) -> dict[str, Any]:
        """Width and height by their names, as attributes take them."""
        return {"width": self.width, "height": self.height}


@dataclass(frozen=True)
class Attachment:
    """A public copy that the licence opens for download; size in bytes, duration in seconds."""

    url: str
    media_type: str
    size: int
    duration: float | None

    @property
    def plain_type(self) -> str:
        """The media type without parameters."""
        return self.media_type.partition(";")[0]


@dataclass(frozen=True)
class Words:
    """Captions or a transcript as a public file; ``language`` is ``vi`` or ``en``."""

    url: str
    media_type: str
    language: str

    @property
    def timed(self) -> bool:
        """Whether it says when each word is spoken."""
        return self.media_type in ("text/vtt", "application/x-subrip")


@dataclass(frozen=True)
class Occasion:
    """A campaign in one language, as a calendar tells it; its times as the campaign holds them."""

    code: str
    title: str
    summary: str
    url: str
    recurs: str
    starts: str
    ends: str
    day: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True)
class Tombstone:
    """A resource that was shown and is withdrawn: who it was, where that is told, and when; no title."""

    id: str
    url: str
    at: datetime


@dataclass(frozen=True)
class Term:
    code: str
    label: str
