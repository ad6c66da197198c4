"""Receivers and registrations of the room; called by the app's ready()."""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save
from wagtail.permissions import register_permission_policy

from cms.sections import central, due, lost, tombstones
from cms.sections.models import Section
from media_library import scheduler, worker
from media_library.changes import resource_changed
from media_library.editing.fence import protect
from media_library.editing.owned import OwnedPolicy
from media_library.models import Agency, Campaign
from search.editing.rights import reserve


def connect() -> None:
    register_permission_policy(Section, OwnedPolicy(Section))
    protect(Section, Section.objects.editable_by)
    reserve(central.CityPin)
    resource_changed.connect(due.resources_changed, dispatch_uid="kho57.sections.resources")
    post_delete.connect(due.section_deleted, sender=Section, dispatch_uid="kho57.sections.deleted")
    post_save.connect(due.agency_saved, sender=Agency, dispatch_uid="kho57.sections.agency")
    post_save.connect(due.campaign_saved, sender=Campaign, dispatch_uid="kho57.sections.campaign")
    worker.register("sections", due.drain)
    worker.register_first("lost section files", lost.look)
    scheduler.register("section_pins", due.end_pins)
    scheduler.register("city_pins", central.announce)
    scheduler.register("section_past", tombstones.forget)
