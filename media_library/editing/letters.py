"""Mails of the approval: handed in, approved, sent back, withdrawn.

Each is sent after commit, in the language its reader has chosen, and one that cannot be sent is put in the
journal and stops nothing.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, unpublished, workflow_approved, workflow_rejected
from wagtail.users.models import UserProfile

from media_library import access, proposing
from media_library.models import Agency, LeadReviewTask, MembershipRole, Proposal, Resource, User

logger = logging.getLogger(__name__)
_HELD: ContextVar[bool] = ContextVar("letters_held", default=False)


def connect() -> None:
    """Take the places of Wagtail's own receivers (the same ids), so that each mail is sent once."""
    task_submitted.connect(
        handed_in, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification"
    )
    workflow_rejected.connect(
        sent_back, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification"
    )
    workflow_approved.connect(
        approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification"
    )
    proposing.proposed.connect(proposed, dispatch_uid="kho57.proposed_mail")
    proposing.answered.connect(answered, dispatch_uid="kho57.proposal_answered_mail")
    unpublished.connect(withdrawn, sender=Resource, dispatch_uid="kho57.withdrawn_mail")


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Write no letter for each resource handed in here: who hands in many tells of them in one."""
    token = _HELD.set(True)
    try:
        yield
    finally:
        _HELD.reset(token)


def handed_in(sender: Any, instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """To those who may take the next step."""
    resource = _resource_of(instance.workflow_state)
    if resource is None or _HELD.get():
        return
    readers = reviewers(resource, lead=isinstance(instance.task.specific, LeadReviewTask))
    by = instance.workflow_state.requested_by
    _send(
        "submitted", readers.exclude(pk=getattr(user, "pk", None) or 0), resource=resource, facts={"by": by}
    )


def sent_back(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """To who handed it in, with the comment."""
    task = instance.current_task_state
    comment = task.specific.get_comment() if task else ""
    _to_author("sent_back", instance, user=user, facts={"by": user, "comment": comment})


def approved(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """To who handed it in; by now it is published or scheduled."""
    _to_author("approved", instance, user=user, facts={"by": user})


def withdrawn(sender: Any, instance: Resource, **kwargs: Any) -> None:
    """To who made it and to the agency's editors; an expiry needs no mail."""
    if not instance.withdrawn_at:
        return
    readers = User.objects.filter(
        Q(pk=instance.created_by_id or 0) | Q(pk__in=reviewers(instance, lead=False).values("pk"))
    )
    facts = {"by": instance.withdrawn_by, "reason": instance.withdrawn_reason}
    _send("withdrawn", readers.exclude(pk=instance.withdrawn_by_id or 0), resource=instance, facts=facts)


def proposed(sender: Any, proposal: Proposal, **kwargs: Any) -> None:
    """To the owner's editors, who decide."""
    readers = reviewers(proposal.resource, lead=False).exclude(pk=proposal.by_id or 0)
    facts = {"by": proposal.by, "proposal": proposal, "proposal_url": _proposal_url(proposal)}
    _send("proposed", readers, resource=proposal.resource, facts=facts)


def answered(sender: Any, proposal: Proposal, **kwargs: Any) -> None:
    """To who proposed it, unless they may not see the resource any more."""
    by, resource = proposal.by, proposal.resource
    if by is None or by == proposal.answered_by or not access.may_view(by, resource, timezone.now()):
        return
    facts = {"by": proposal.answered_by, "proposal": proposal, "accepted": proposal.state == "accepted"}
    _send("proposal_answered", [by], resource=resource, facts=facts)


def _proposal_url(proposal: Proposal) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('kho57_proposal', args=[proposal.pk])}"


def reviewers(resource: Resource, *, lead: bool) -> Any:
    """Who takes the agency's step for ``resource``, or with ``lead`` the lead department's."""
    people = User.objects.filter(is_active=True)
    if lead:
        return people.filter(groups__name=access.LEAD_GROUP).distinct()
    family = Agency.objects.family([resource.agency_id])
    return people.filter(
        memberships__role=MembershipRole.EDITOR, memberships__agency_id__in=family
    ).distinct()


def _resource_of(state: WorkflowState) -> Resource | None:
    found = state.content_object
    return found if isinstance(found, Resource) else None


def _to_author(letter: str, state: WorkflowState, *, user: Any, facts: dict[str, Any]) -> None:
    resource = _resource_of(state)
    if resource is not None and state.requested_by_id and state.requested_by != user:
        _send(letter, [state.requested_by], resource=resource, facts=facts)


def _send(letter: str, readers: Iterable[Any], *, resource: Resource, facts: dict[str, Any]) -> None:
    people = [reader for reader in readers if reader.is_active and reader.email]
    pk = resource.pk
    transaction.on_commit(lambda: _write(letter, people, pk=pk, facts=facts), robust=True)


def _write(letter: str, readers: list[Any], *, pk: int, facts: dict[str, Any]) -> None:
    resource = Resource.objects.select_related("agency", "locale").get(pk=pk)
    edit = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[pk])
    context = {
        "resource": resource,
        "edit_url": f"{settings.WAGTAILADMIN_BASE_URL}{edit}",
        "public_url": f"{settings.WAGTAILADMIN_BASE_URL}{resource.get_absolute_url()}",
        "is_public": access.is_public(resource, timezone.now()),
        **facts,
    }
    for reader in readers:
        write_to(reader, letter, context, about=f"resource {pk}")


def write_to(reader: Any, letter: str, context: dict[str, Any], *, about: str) -> None:
    """Send one letter in the language of ``reader``; one that cannot be sent is put in the journal."""
    with translation.override(UserProfile.get_for_user(reader).get_preferred_language()):
        words = context | {"reader": reader}
        subject = render_to_string(f"editing/letters/{letter}_subject.txt", words).strip()
        body = render_to_string(f"editing/letters/{letter}.txt", words).strip() + "\n"
    try:
        EmailMessage(subject, body, to=[reader.email]).send()
    except OSError:
        logger.exception("A mail could not be sent: %s of %s", letter, about)
