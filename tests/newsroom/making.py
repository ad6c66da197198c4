"""What the press desk keeps, for tests."""

from __future__ import annotations

from typing import Any

from cms.newsroom.models import PressKit, PressKitEntry
from media_library.models import Agency, Resource


def make_press_kit(agency: Agency, *rows: Resource, **fields: Any) -> PressKit:
    """A kit of ``rows``, public unless told otherwise."""
    kit = PressKit(agency=agency, **{"title": "Ngày chuyển đổi số", "live": True, **fields})
    kit.entries = [PressKitEntry(resource=row, sort_order=place) for place, row in enumerate(rows)]
    kit.save()
    return kit
