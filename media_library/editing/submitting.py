"""Handing a draft in for approval: only what is complete goes to review."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from media_library import publishing
from media_library.kinds import Missing, missing_for_publication
from media_library.models import Resource


def missing_for_review(resource: Resource) -> list[Missing]:
    """What the newest draft lacks before it may be handed in; a file being prepared does not hold it."""
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    return [item for item in missing_for_publication(draft) if not item.passing]


def submit(*, resource: Resource, by: Any) -> None:
    """Start, or take up again, the approval of the newest draft.

    Raises :class:`~media_library.publishing.PublicationRefused` with what is missing, and
    :class:`~media_library.publishing.Locked` where approval is under way or somebody holds the resource.
    """
    if missing := missing_for_review(resource):
        raise publishing.PublicationRefused(missing)
    state = resource.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(by)
        return
    lock = resource.get_lock()
    if resource.workflow_in_progress or (lock is not None and lock.for_user(by)):
        raise publishing.Locked(_("It waits for approval already, or somebody has locked it."))
    workflow = resource.get_workflow()
    if workflow is None:
        raise publishing.NotPermitted(_("No way of approval is set up. Tell the administrator."))
    workflow.start(resource, by)
