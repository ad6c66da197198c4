"""Receivers and registrations of the room; called by the app's ready()."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from wagtail.permissions import register_permission_policy

from cms import lists
from cms.newsroom import granted, holding, uses
from cms.newsroom.accreditation import forgetting
from cms.newsroom.authenticity import ledger
from cms.newsroom.letters import occasions, searching, sending, sweeping, telling
from cms.newsroom.models import Accreditation, Citation, Enquiry, PressKit
from cms.newsroom.offers import key_of
from cms.newsroom.views.sharing import listed
from media_library import access, granting, scheduler, worker
from media_library.changes import resource_changed
from media_library.editing.fence import protect
from media_library.editing.owned import OwnedPolicy
from media_library.files import serving
from media_library.models import Rendition, Resource
from search.daily import every
from search.editing import rights

_log = logging.getLogger(__name__)


def connect() -> None:
    register_permission_policy(PressKit, OwnedPolicy(PressKit))
    protect(PressKit, PressKit.objects.editable_by)
    protect(Enquiry, Enquiry.objects.answered_by)
    granting.register(granted.lookup)
    serving.downloaded.connect(count_plain, dispatch_uid="kho57.newsroom.downloaded")
    protect(Citation, Citation.objects.editable_by)
    lists.register("lightbox", listed)
    scheduler.register("lightboxes", holding.Sweep().sweep)
    resource_changed.connect(ledger.resources_changed, dispatch_uid="kho57.newsroom.ledger")
    worker.register("official", ledger.drain)
    resource_changed.connect(occasions.resources_changed, dispatch_uid="kho57.newsroom.occasions")
    worker.register("tidings", telling.drain)
    worker.register("letters", sending.drain, apart=True)
    scheduler.register("saved_searches", searching.drain)
    scheduler.register("letters", sweeping.Sweep().sweep)
    rights.reserve(Accreditation)
    scheduler.register("accreditations", every(timedelta(hours=1), forgetting.forget))


def count_plain(
    sender: Any, resource: Resource, rendition: Rendition, user: Any, at: datetime, **_more: Any
) -> None:
    """A download from the portal is a use without a purpose. That it cannot be counted holds no file up."""
    if access.may_manage(user, resource):
        return
    try:
        with transaction.atomic():
            uses.count(resource=resource, offer=key_of(rendition), at=at, user=user)
    except DatabaseError:
        _log.exception("use_not_counted")
