"""Who may see and do what: the only place that decides.

Each rule exists twice, as a query (:class:`~django.db.models.Q`) for lists and as a predicate for one
resource; a test holds the two together for every mixture of states, persons and times. Time is always passed
in.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, QuerySet

from media_library import granting
from media_library.models.agency import Agency, MembershipRole
from media_library.reuse import Grant, Purpose, Reader, rights

if TYPE_CHECKING:
    from wagtail.models import TaskState

    from media_library.models import Resource, StoredFile

LEAD = "media_library.lead_resource"
PRESS = "media_library.report_resource"
LEAD_GROUP = "Lead editors"


def is_lead(user: Any) -> bool:
    """An active editor of the lead department, or an administrator."""
    return bool(user is not None and user.is_active and (user.is_superuser or user.has_perm(LEAD)))


def agency_ids(user: Any, *, role: str | None = None) -> set[int]:
    """Agencies whose resources ``user`` works on, predecessors included.

    A membership in an agency that was merged counts for the agency that carries it on. Kept on the user
    object, as Django keeps permissions: fetch the user anew after changing memberships.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return set()
    kept: dict[str | None, set[int]] | None = getattr(user, "_agency_ids", None)
    if kept is None:
        kept = user._agency_ids = {}
    if role not in kept:
        memberships = user.memberships.all() if role is None else user.memberships.filter(role=role)
        ids = list(memberships.values_list("agency_id", flat=True))
        kept[role] = Agency.objects.family(ids) if ids else set()
    return kept[role]


def public(at: datetime) -> Q:
    """What everyone may see at ``at``: live, not withdrawn, past its embargo, before its expiry."""
    return (
        Q(live=True, withdrawn_at__isnull=True)
        & (Q(embargo_until__isnull=True) | Q(embargo_until__lte=at))
        & (Q(expire_at__isnull=True) | Q(expire_at__gt=at))
    )


def hidden(at: datetime) -> tuple[Q, ...]:
    """What is not :func:`public` at ``at``, in parts that each follow one index.

    What is withdrawn is not live (a constraint of the table). ``IN`` because SQLite follows no index for the
    bare ``live`` and ``NOT live`` that Django makes of an equation.
    """
    live, not_live = Q(live__in=[True]), Q(live__in=[False])
    return (not_live, live & Q(embargo_until__gt=at), live & Q(expire_at__lte=at))


def is_public(resource: Resource, at: datetime) -> bool:
    """:func:`public` for one resource row (never for a draft taken from a revision)."""
    return (
        resource.live
        and resource.withdrawn_at is None
        and (resource.embargo_until is None or resource.embargo_until <= at)
        and (resource.expire_at is None or resource.expire_at > at)
    )


def tells_withdrawal(resource: Resource) -> bool:
    """Whether everyone may learn that ``resource`` was withdrawn: only where they could know of it before.

    One that was withdrawn within its embargo was never seen, unless the embargo was announced.
    """
    if resource.withdrawn_at is None or resource.first_published_at is None:
        return False
    until = resource.embargo_until
    return until is None or until <= resource.withdrawn_at or resource.embargo_announced


def tells_embargo(resource: Resource, at: datetime) -> bool:
    """Whether everyone may learn that ``resource`` comes, and when: its editor announced the embargo."""
    ahead = resource.embargo_until is not None and resource.embargo_until > at
    return resource.live and ahead and resource.embargo_announced and resource.withdrawn_at is None


def for_press(at: datetime) -> Q:
    """What accredited press may know of before everyone does: under embargo at ``at``, and its editor agrees."""
    return (
        Q(live=True, withdrawn_at__isnull=True, embargo_for_press=True, embargo_until__gt=at)
        & (Q(expire_at__isnull=True) | Q(expire_at__gt=at))
    )  # fmt: skip


def is_for_press(resource: Resource, at: datetime) -> bool:
    """:func:`for_press` for one resource row."""
    ahead = resource.embargo_until is not None and resource.embargo_until > at
    gone = resource.withdrawn_at is not None or (resource.expire_at is not None and resource.expire_at <= at)
    return resource.live and ahead and resource.embargo_for_press and not gone


def may_work_ahead(user: Any, resource: Resource, at: datetime, *, accepted: bool) -> bool:
    """Whether ``user`` may open ``resource`` under its embargo: accredited, offered it, bound to its time.

    ``accepted``: they have accepted the embargo of this resource as it stands now (the newsroom keeps that).
    """
    return accepted and is_for_press(resource, at) and is_press(user)


def manageable_by(user: Any) -> Q:
    """What ``user`` finds in the admin: everything for the lead department, else their agencies' own."""
    if is_lead(user):
        return Q()
    ids = agency_ids(user)
    return Q(agency_id__in=ids) if ids else Q(pk__in=[])


def visible_to(user: Any, at: datetime) -> Q:
    """What ``user`` may see at ``at``, anywhere."""
    if is_lead(user):
        return Q()
    ids = agency_ids(user)
    return public(at) | Q(agency_id__in=ids) if ids else public(at)


def may_view(user: Any, resource: Resource, at: datetime) -> bool:
    return is_public(resource, at) or may_manage(user, resource)


def may_manage(user: Any, resource: Resource) -> bool:
    """Whether the admin shows ``resource`` to ``user`` at all."""
    return is_lead(user) or resource.agency_id in agency_ids(user)


def may_edit(user: Any, resource: Resource, at: datetime) -> bool:
    """Members of the agency, and the lead department. Locks are asked separately (publishing, editing)."""
    return may_manage(user, resource)


def may_create_for(user: Any, agency: Agency) -> bool:
    return is_lead(user) or agency.pk in agency_ids(user)


def may_review(user: Any, resource: Resource) -> bool:
    """Whether ``user`` may take the agency's step of the approval."""
    return is_lead(user) or resource.agency_id in agency_ids(user, role=MembershipRole.EDITOR)


def may_publish(user: Any, resource: Resource, at: datetime) -> bool:
    """The lead department; the agency's editor where the lead department does not review as well."""
    if is_lead(user):
        return True
    return not resource.agency.current.requires_lead_review and may_review(user, resource)


def may_withdraw(user: Any, resource: Resource, at: datetime) -> bool:
    """The agency's editor may always take back what is the agency's; the lead department anything."""
    return may_review(user, resource)


def may_waive(user: Any, resource: Resource) -> bool:
    """Who may record why captions are missing."""
    return may_review(user, resource)


def may_refuse_embedding(user: Any, resource: Resource) -> bool:
    """Who may forbid other sites to embed it."""
    return may_review(user, resource)


def is_press(user: Any) -> bool:
    """Accredited press now: who has the permission; an administrator has every one, and is none.

    The newsroom gives it for the time of an accreditation (:mod:`cms.newsroom.accreditation`).
    """
    return bool(user is not None and user.is_active and not user.is_superuser and user.has_perm(PRESS))


def may_open_lists(user: Any) -> bool:
    """Whether ``user`` may show everyone what they have put together: press and staff, whom the library knows."""
    return is_press(user) or is_lead(user) or bool(agency_ids(user))


def reader_of(user: Any, resource: Resource) -> Reader:
    """As whom ``user`` asks what may be done with ``resource``."""
    if may_manage(user, resource):
        return Reader.OWN
    return Reader.PRESS if is_press(user) else Reader.ANYONE


def grants_of(user: Any, resource: Resource) -> tuple[Grant, ...]:
    """What the agency has permitted to ``user`` for ``resource`` by name; one query for a user."""
    return granting.held_by(user, resource.pk)


def may_grant(user: Any, resource: Resource) -> bool:
    """Who may permit a use that the licence leaves open, and answer for the agency to the press."""
    return may_review(user, resource)


def may_download(user: Any, resource: Resource, at: datetime, purpose: Purpose | None = None) -> bool:
    """Whether ``user`` may fetch the public copy: it is theirs, or :mod:`media_library.reuse` says yes.

    Without a purpose one that is allowed is enough.
    """
    if may_manage(user, resource):
        return True
    reader, grants = reader_of(user, resource), grants_of(user, resource)
    asked = list(Purpose) if purpose is None else [purpose]
    answers = (rights(resource, purpose=each, reader=reader, at=at, grants=grants).answer for each in asked)
    return any(answer.allows for answer in answers)


def may_see_file(user: Any, file: StoredFile) -> bool:
    """Whether ``user`` may see stored bytes before publication: those of their agencies.

    And those that another agency has proposed for a resource of theirs, unless that was declined.
    """
    ids = agency_ids(user)
    if is_lead(user) or file.agency_id in ids:
        return True
    offered = file.proposals.filter(resource__agency_id__in=ids).exclude(state="declined")
    return bool(ids) and offered.exists()


def files_seen_by(user: Any) -> Q:
    """:func:`may_see_file` for lists."""
    if is_lead(user):
        return Q()
    ids = agency_ids(user)
    if not ids:
        return Q(pk__in=[])
    from media_library.models import Proposal

    offered = Proposal.objects.filter(resource__agency_id__in=ids).exclude(state="declined")
    return Q(agency_id__in=ids) | Q(pk__in=offered.filter(file__isnull=False).values("file_id"))


def may_edit_section_of(user: Any, agency: Agency) -> bool:
    """Sections are composed by the agency's editors and by the lead department."""
    return is_lead(user) or agency.pk in agency_ids(user, role=MembershipRole.EDITOR)


def reviewable(user: Any, states: QuerySet[TaskState]) -> QuerySet[TaskState]:
    """Of workflow task states, those of resources whose agency step ``user`` may take."""
    from media_library.models import Resource

    if is_lead(user):
        return states
    ids = agency_ids(user, role=MembershipRole.EDITOR)
    theirs = Resource.objects.filter(agency_id__in=ids).annotate(
        text_id=models.functions.Cast("pk", models.CharField())
    )
    return states.filter(
        workflow_state__base_content_type__app_label="media_library",
        workflow_state__base_content_type__model="resource",
        workflow_state__object_id__in=theirs.values("text_id"),
    )
