"""Receivers and registrations of the room; called by the app's ready()."""

from __future__ import annotations

from datetime import datetime

from wagtail.permissions import register_permission_policy

from cms.coverage import beacons, judging, visiting
from cms.coverage.models import Place
from media_library import scheduler
from media_library.editing.fence import protect
from media_library.editing.owned import OwnedPolicy


def connect() -> None:
    register_permission_policy(Place, OwnedPolicy(Place))
    protect(Place, Place.objects.editable_by)
    scheduler.register("coverage_visits", visiting.order_due)
    scheduler.register("coverage_days", record_each_minute)


def record_each_minute(at: datetime) -> int:
    """The scheduler ticks each second; how agencies stand is written down at the turn of each minute."""
    if at.second >= 3:
        return 0
    return judging.record(at) + beacons.forget(at)
