"""Receivers and registrations that must stand before the first request; called by the app's ready()."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Revision
from wagtail.permissions import register_permission_policy

from media_library import (
    access,
    changes,
    collector,
    history,
    proposing,
    roles,
)
from media_library.editing import letters
from media_library.editing.batch import letter, uploads  # noqa: F401  (the letter registers its job)
from media_library.editing.fence import protect
from media_library.editing.forms import ResourceForm
from media_library.editing.listing import listed
from media_library.editing.policy import ResourcePolicy
from media_library.importing import forgetting, reading, running  # noqa: F401  (register their jobs)
from media_library.intake import upload_finish  # noqa: F401  (registers the handler of its jobs)
from media_library.models import Agency, Audience, Campaign, Membership, Proposal, Resource, StoredFile, Topic
from media_library.processing import (
    arrears,
    drafting,  # noqa: F401  (registers the handler of its jobs)
    dressing,
    pipeline,  # noqa: F401  (registers the handler of its jobs)
)

_SHOWN_ON_RESOURCES: dict[type[Model], str] = {
    Agency: "agency_id",
    Campaign: "campaign_id",
    Audience: "audience_uses__tag_id",
    Topic: "topic_uses__tag_id",
}


def connect() -> None:
    register_permission_policy(Resource, ResourcePolicy(Resource))
    protect(
        Resource,
        Resource.objects.manageable_by,
        # It is withdrawn with a reason, copied only as a translation, previewed from its first draft on.
        closed=("unpublish", "copy", "preview_on_add"),
        listing=listed,
    )
    protect(StoredFile, lambda user: StoredFile.objects.filter(access.files_seen_by(user)))
    protect(Proposal, lambda user: Proposal.objects.filter(proposing.visible_to(user, timezone.now())))
    collector.register("imports", forgetting.forget)
    collector.register("copies for radio", arrears.order_broadcasts)
    letters.connect()
    uploads.connect()
    changes.resource_changed.connect(dressing.changed, dispatch_uid="kho57.dressing")
    post_save.connect(dressing.drafted, sender=Revision, dispatch_uid="kho57.drafted")
    Resource.base_form_class = ResourceForm
    hooks.register("register_log_actions", history.register_actions)
    post_migrate.connect(roles.ensure_groups, dispatch_uid="kho57.groups")
    for signal in (post_save, post_delete):
        signal.connect(
            roles.membership_changed, sender=Membership, dispatch_uid=f"kho57.membership.{id(signal)}"
        )
    for model in _SHOWN_ON_RESOURCES:
        post_save.connect(_named_anew, sender=model, dispatch_uid=f"kho57.renamed.{model.__name__}")


def _named_anew(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """What a resource shows of an agency, a term or a campaign has changed: announce the resource."""
    if created or raw:
        return
    keys = {instance.pk}
    if sender is Agency:
        keys = Agency.objects.family([instance.pk]) | {instance.pk}
    with transaction.atomic():
        shown = Resource.objects.filter(**{f"{_SHOWN_ON_RESOURCES[sender]}__in": keys}, live=True)
        changes.record(resource_ids=shown.values_list("pk", flat=True), why=f"{sender.__name__} changed")
