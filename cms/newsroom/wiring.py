"""Receivers and registrations of the room; called by the app's ready()."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from wagtail.permissions import register_permission_policy

from cms.newsroom import granted, holding, uses
from cms.newsroom.authenticity import ledger
from cms.newsroom.models import Enquiry, PressKit
from cms.newsroom.offers import key_of
from media_library import access, granting, scheduler, worker
from media_library.changes import resource_changed
from media_library.editing.fence import protect
from media_library.editing.owned import OwnedPolicy
from media_library.files import serving
from media_library.models import Rendition, Resource

_log = logging.getLogger(__name__)


def connect() -> None:
    for model in (PressKit,):
        register_permission_policy(model, OwnedPolicy(model))
        protect(model, model.objects.editable_by)
    protect(Enquiry, Enquiry.objects.answered_by)
    granting.register(granted.lookup)
    serving.downloaded.connect(count_plain, dispatch_uid="kho57.newsroom.downloaded")
    scheduler.register("lightboxes", holding.Sweep().sweep)
    resource_changed.connect(ledger.resources_changed, dispatch_uid="kho57.newsroom.ledger")
    worker.register("official", ledger.drain)


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
