"""What the foot of the form offers: asked of the resource, not of the model."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.action_menu import (
    PublishMenuItem,
    SubmitForModerationMenuItem,
    UnpublishMenuItem,
)

from media_library import access
from media_library.models import Agency, Resource


class SubmitForApproval(SubmitForModerationMenuItem):
    """The same act, named for who does it rather than for the workflow."""

    def get_context_data(self, parent_context: Any) -> Any:
        context = super().get_context_data(parent_context)
        state = context["instance"].current_workflow_state if context.get("instance") else None
        again = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        context["label"] = _("Hand in again") if again else _("Hand in for approval")
        return context


def arrange(items: list[Any], request: Any, context: dict[str, Any]) -> None:
    """Leave out what this person may not do to this resource. Hook ``construct_snippet_action_menu``."""
    if context["model"] is not Resource:
        return
    row = context.get("instance")
    kept = [item for item in items if not isinstance(item, UnpublishMenuItem)]
    if not _may_publish(request.user, row):
        kept = [item for item in kept if not isinstance(item, PublishMenuItem)]
    items[:] = [
        SubmitForApproval(order=item.order) if isinstance(item, SubmitForModerationMenuItem) else item
        for item in kept
    ]


def _may_publish(user: Any, row: Resource | None) -> bool:
    if row is not None and row.pk:
        return access.may_publish(user, row, timezone.now())
    if access.is_lead(user):
        return True
    theirs = Agency.objects.filter(pk__in=access.agency_ids(user, role="editor"), successor=None)
    return theirs.exists() and not theirs.filter(requires_lead_review=True).exists()
