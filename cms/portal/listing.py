"""Lists of public resources, newest first, in pages that cost the same however deep (keyset, no OFFSET)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from media_library.models import Resource
from media_library.models.resource_lists import ResourceQuerySet

PAGE = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. ``after``: the cursor of the next page, or empty on the last."""

    resources: list[Resource]
    total: int
    after: str
    first: bool


def newest(found: ResourceQuerySet, *, after: str = "", size: int = PAGE) -> Listing:
    """The page of ``found`` that follows the cursor ``after``; a cursor that cannot be read starts anew."""
    place = read_cursor(after)
    rows = found.order_by("-first_published_at", "-pk").with_cards()
    if place:
        moment, pk = place
        rows = rows.filter(Q(first_published_at__lt=moment) | Q(first_published_at=moment, pk__lt=pk))
    shown = list(rows[: size + 1])
    more = len(shown) > size
    return Listing(
        resources=shown[:size],
        total=found.count(),
        after=write_cursor(shown[size - 1]) if more else "",
        first=place is None,
    )


def write_cursor(resource: Resource) -> str:
    moment = resource.first_published_at
    assert moment is not None  # whatever is listed was published
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{resource.pk}".encode()).decode().rstrip("=")


def read_cursor(after: str) -> tuple[datetime, int] | None:
    """None for an empty or unreadable cursor."""
    try:
        text = base64.urlsafe_b64decode(after[:200] + "=" * (-len(after[:200]) % 4)).decode()
        moment, pk = text.split("|")
        read = datetime.fromisoformat(moment), int(pk)
        if read[0].tzinfo is None:
            return None
        read = read[0].astimezone(UTC), read[1]
    except (ValueError, OverflowError, binascii.Error):
        return None
    return read if 0 < read[1] < 2**63 else None
