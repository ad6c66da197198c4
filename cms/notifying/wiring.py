"""Receivers and registrations of the room; called by the app's ready()."""

from __future__ import annotations

from cms.notifying import delivering, following, pages, purging, takedown
from cms.notifying.models import Subscriber
from cms.sections.changes import files_changed
from media_library import collector, scheduler, worker
from media_library.changes import resource_changed
from search.editing.rights import reserve


def connect() -> None:
    reserve(Subscriber)
    files_changed.connect(purging.files_changed, dispatch_uid="kho57.notifying.purge")
    files_changed.connect(delivering.files_changed, dispatch_uid="kho57.notifying.websub")
    resource_changed.connect(purging.resources_changed, dispatch_uid="kho57.notifying.resources")
    resource_changed.connect(takedown.resources_changed, dispatch_uid="kho57.notifying.takedown")
    worker.register("purge", purging.drain, apart=True)
    worker.register("websub_intents", following.drain, apart=True)
    worker.register("websub", delivering.drain, apart=True)
    worker.register("takedown", takedown.drain, apart=True)
    scheduler.register("websub_leases", following.forget)
    collector.register("shown_after_withdrawal", pages.ask_each_day)
