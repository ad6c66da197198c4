"""What one agency asks of another's resource: also for our audiences, or this newer file. The owner decides.

Each act is one transaction; mails go out after commit (:mod:`media_library.editing.letters`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from media_library import access, publishing, replacing
from media_library.models import (
    Agency,
    Audience,
    Proposal,
    ProposalState,
    Resource,
    StoredFile,
    Topic,
)

ACCEPT_ACTION = "kho57.accept_proposal"
proposed = Signal()
"""Sent with ``proposal`` in the transaction in which it was made."""
answered = Signal()
"""Sent with ``proposal`` in the transaction in which it was accepted or declined."""


class Outcome(Enum):
    """What became of the resource when a proposal was accepted."""

    PUBLISHED = "published"
    DRAFT = "draft"
    SUBMITTED = "submitted"


class AlreadyAnswered(publishing.PublishingError):
    """Somebody decided meanwhile."""


class NothingAsked(publishing.PublishingError):
    """Neither an audience nor a topic nor a file."""


def visible_to(user: Any, at: datetime) -> Q:
    """Proposals that ``user`` may know of: to their resources, and from their agencies to what is public."""
    if access.is_lead(user):
        return Q()
    ids = access.agency_ids(user)
    if not ids:
        return Q(pk__in=[])
    shown = Resource.objects.public(at).values("pk")
    return Q(resource__agency_id__in=ids) | Q(agency_id__in=ids, resource__in=shown)


def propose(
    *,
    resource: Resource,
    agency: Agency,
    by: Any,
    at: datetime,
    audiences: Iterable[Audience] = (),
    topics: Iterable[Topic] = (),
    file: StoredFile | None = None,
    message: str = "",
) -> Proposal:
    """Ask the owner of ``resource``; the same file, or the same terms, asked again while open is one proposal.

    Raises :class:`NothingAsked`, :class:`~media_library.publishing.NotPermitted` where ``by`` does not see the
    resource or does not work for ``agency``, :class:`~media_library.replacing.NotTaken` for a file that does not
    fit.
    """
    audiences, topics = list(audiences), list(topics)
    if not (audiences or topics or file):
        raise NothingAsked(_("Choose at least one audience or topic."))
    if not access.may_view(by, resource, at) or not access.may_create_for(by, agency):
        raise publishing.NotPermitted(_("You may not propose this."))
    if file is not None and (not access.may_see_file(by, file) or not replacing.fits(resource, file)):
        raise replacing.NotTaken(_("A file of this type cannot be the main file of such a resource."))
    with transaction.atomic():
        asked = {"resource": resource, "agency": agency, "file": file, "state": ProposalState.OPEN}
        proposal = Proposal.objects.filter(**asked).first()
        if proposal is None:
            proposal = Proposal.objects.create(by=by, created_at=at, message=message.strip()[:1000], **asked)
            proposed.send(sender=Proposal, proposal=proposal)
        proposal.audiences.add(*audiences)
        proposal.topics.add(*topics)
        return proposal


def accept(*, proposal: Proposal, by: Any, at: datetime) -> Outcome:
    """Do what is proposed in a new revision, and publish it where nothing else waits in the draft.

    With unpublished changes it only joins them; where ``by`` may not publish it is handed in for approval.
    Raises :class:`AlreadyAnswered`, :class:`~media_library.publishing.NotPermitted`,
    :class:`~media_library.publishing.Locked`; then nothing has changed.
    """
    with transaction.atomic():
        held = _held(proposal, by=by)
        row = Resource.objects.select_for_update(of=("self",)).get(pk=held.resource_id)
        replacing.check_unlocked(row, by=by)
        if row.workflow_in_progress:
            raise publishing.Locked(_("It waits for approval at the moment. Decide when that is done."))
        joins = not row.live or row.has_unpublished_changes
        revision = _applied(held, row=row, by=by, at=at)
        _answer(held, state=ProposalState.ACCEPTED, answer="", by=by, at=at)
        if joins:
            return Outcome.DRAFT
        if access.may_publish(by, row, at):
            publishing.publish(resource=row, revision=revision, by=by, at=at)
            return Outcome.PUBLISHED
        return _hand_in(row, by=by)


def decline(*, proposal: Proposal, reason: str, by: Any, at: datetime) -> None:
    """Say no, and why. Raises :class:`NothingAsked` without a reason, else as :func:`accept`."""
    if not reason.strip():
        raise NothingAsked(_("Say why; the reason goes to who proposed it."))
    with transaction.atomic():
        held = _held(proposal, by=by)
        _answer(held, state=ProposalState.DECLINED, answer=reason.strip()[:500], by=by, at=at)


def _held(proposal: Proposal, *, by: Any) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).select_related("resource").get(pk=proposal.pk)
    if not access.may_review(by, held.resource):
        raise publishing.NotPermitted(_("Only an editor of the owner decides."))
    if held.state != ProposalState.OPEN:
        raise AlreadyAnswered(_("Somebody has answered this proposal already."))
    return held


def _applied(proposal: Proposal, *, row: Resource, by: Any, at: datetime) -> Any:
    draft = row.get_latest_revision_as_object()
    if proposal.file is not None:
        reason = proposal.message or _("Proposed by %(agency)s.") % {"agency": proposal.agency}
        replacing.replace(resource=row, file=proposal.file, reason=reason, by=by, at=at)
        draft = Resource.objects.get(pk=row.pk).get_latest_revision_as_object()
    draft.audiences.add(*proposal.audiences.all())
    draft.topics.add(*proposal.topics.all())
    facts = {"proposal": proposal.pk, "agency": str(proposal.agency)}
    return replacing.save_draft(draft, by=by, action=ACCEPT_ACTION, facts=facts)


def _hand_in(row: Resource, *, by: Any) -> Outcome:
    workflow = row.get_workflow()
    if workflow is None:
        return Outcome.DRAFT
    workflow.start(Resource.objects.get(pk=row.pk), by)
    return Outcome.SUBMITTED


def _answer(proposal: Proposal, *, state: str, answer: str, by: Any, at: datetime) -> None:
    proposal.state, proposal.answer, proposal.answered_by, proposal.answered_at = state, answer, by, at
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    answered.send(sender=Proposal, proposal=proposal)
