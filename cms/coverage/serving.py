"""Which pages of other sites were last seen showing a resource: for whoever takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from cms.coverage.beacons import RECENT
from cms.coverage.models import Place, Seen
from cms.sections.models import SectionShown
from media_library.models import Agency, Resource


@dataclass(frozen=True)
class Showing:
    """A page, or by beacon a site, that showed the resource.

    ``seen_at``: when it was last looked at; of a beacon only the day is known, and it is the midnight before.
    ``place`` is None where no agency has named the page.
    """

    url: str
    seen_at: datetime
    place: Place | None = None
    section: str = ""

    @property
    def agency(self) -> Agency | str:
        """Whose page it is; of a site that only browsers told of, that of the section it shows."""
        return self.place.agency if self.place else self.section.partition("/")[0]

    @property
    def visited_at(self) -> datetime:
        return self.seen_at


def witnesses(public_id: str) -> list[Showing]:
    """:func:`serving` now: what the page of a withdrawal asks (``WITHDRAWAL_WITNESSES``)."""
    return serving(public_id, at=timezone.now())


def serving(public_id: str, *, at: datetime) -> list[Showing]:
    """Pages that showed the resource when they were last read, then sites whose browsers told, within two days,
    of a section that has it in its list now (three queries)."""
    places = (
        Place.objects.filter(shown__public_id=public_id).select_related("agency").order_by("agency__name")
    )
    found = [Showing(place.url, place.visited_at or at, place) for place in places]
    read = {place.host for place in places}
    key = Resource.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    lists = SectionShown.objects.values_list("address", "resource_ids")
    sections = [address for address, keys in lists if key in keys]
    told = Seen.objects.filter(section__in=sections, day__gt=timezone.localdate(at - RECENT))
    newest = told.exclude(host__in=read).values("origin", "section").annotate(last=Max("day"))
    return found + [
        Showing(f"{row['origin']}/", _midnight(row["last"]), section=row["section"])
        for row in newest.order_by("origin", "section")
    ]


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(str(day)))
