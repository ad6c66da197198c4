"""What the component and the frame tell of where they stand: a site and a section, counted by day.

Anybody may send anything, so nothing is believed that was not asked for: a beacon is proof for the page of an
agency only where it comes from that page's own host, and only where the page itself could not be read. Nothing
of a reader is taken: no address, no browser, no cookie. Counts are a floor: beyond :data:`PER_SECOND` in one
process the rest of that second is let go.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from cms.coverage.models import Place, Seen
from cms.sections.models import Section

MOST_BYTES = 1024
PER_SECOND = 20
"""That one process writes down."""
MOST_SITES = 40
"""Distinct sites of one section on one day, apart from those that an agency has named itself."""
PROOF = 3
"""Beacons of a section within :data:`RECENT` that prove that it stands."""
RECENT = timedelta(days=2)
KEPT = timedelta(days=92)
_SECTION = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,19})/([A-Za-z0-9][A-Za-z0-9_-]{0,59})")
_ORIGIN = re.compile(r"https?://(?=[^:]{1,253}(?::|$))[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Beacon:
    """One section that stands on one site. ``origin``: scheme, host and port; ``form``: component or frame."""

    agency: str
    slug: str
    form: str
    origin: str

    @property
    def section(self) -> str:
        return f"{self.agency}/{self.slug}"

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""


def parse(raw: bytes, *, sender: str, here: str) -> Beacon | None:
    """The beacon in ``raw``, None for anything that is not exactly one.

    ``sender``: the header ``Origin``, which a page cannot choose (Fetch Standard, 3.2). The component is sent
    by the page itself, the frame by ours inside it, or by ``null`` where the frame is sandboxed; ``here`` is the
    origin that was asked, beside the one of ``PUBLIC_BASE_URL``.
    """
    if len(raw) > MOST_BYTES:
        return None
    try:
        told = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.keys() != {"section", "form", "origin"}:
        return None
    if not all(isinstance(value, str) for value in told.values()):
        return None
    own = {_own(), here.lower()}
    section, origin = _SECTION.fullmatch(told["section"]), told["origin"].lower()
    if section is None or not _ORIGIN.fullmatch(origin) or origin in own:
        return None
    believed = {"component": {origin}, "frame": {*own, "null", ""}}.get(told["form"], set())
    return Beacon(section[1], section[2], told["form"], origin) if sender.lower() in believed else None


def _own() -> str:
    parts = urlsplit(settings.PUBLIC_BASE_URL)
    return f"{parts.scheme}://{parts.netloc}".lower()


class Gate:
    """Lets :data:`PER_SECOND` pass in each second of the clock; knows nothing of who comes."""

    def __init__(self) -> None:
        self._lock, self._second, self._passed = threading.Lock(), 0, 0

    def passes(self, at: datetime) -> bool:
        second = int(at.timestamp())
        with self._lock:
            if second != self._second:
                self._second, self._passed = second, 0
            self._passed += 1
            return self._passed <= PER_SECOND


gate = Gate()


def count(beacon: Beacon, *, at: datetime) -> bool:
    """Count it, where there is such a section and room for another site; whether it counted."""
    if not gate.passes(at):
        return False
    if not Section.objects.live().filter(agency__code=beacon.agency, slug=beacon.slug).exists():
        return False
    row = {
        "day": timezone.localdate(at),
        "section": beacon.section,
        "origin": beacon.origin,
        "form": beacon.form,
    }
    rows = Seen.objects.filter(**row)
    if rows.update(times=F("times") + 1):
        return True
    if not _has_room(beacon, at):
        return False
    Seen.objects.bulk_create([Seen(**row, host=beacon.host)], ignore_conflicts=True)
    return bool(rows.update(times=F("times") + 1))


def _has_room(beacon: Beacon, at: datetime) -> bool:
    if Place.objects.filter(host=beacon.host).exists():
        return True
    of_today = Seen.objects.filter(day=timezone.localdate(at), section=beacon.section)
    return of_today.values("origin").distinct().count() < MOST_SITES


def sections_on(host: str, *, at: datetime) -> tuple[str, ...]:
    """Sections of which at least :data:`PROOF` beacons came from ``host`` within :data:`RECENT`."""
    told = Seen.objects.filter(host=host, day__gt=timezone.localdate(at - RECENT))
    counted = told.values("section").annotate(all=Sum("times")).filter(all__gte=PROOF)
    return tuple(counted.order_by("section").values_list("section", flat=True))


def forget(at: datetime) -> int:
    """Remove what is older than :data:`KEPT`; returns how many rows."""
    gone, _of_each = Seen.objects.filter(day__lt=timezone.localdate(at - KEPT)).delete()
    return gone
