"""What waits for the person who signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState, WorkflowState

from media_library import access
from media_library.editing.proposals import open_for
from media_library.kinds import Kind, missing_for_publication
from media_library.models import Job, ProcessingState, Resource, StoredFile
from media_library.processing.pipeline import PROCESS

SHOWN = 8
"""Of each list at most this many; each leads on to the whole."""
RECENT = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """One thing that waits: where to go, its name, and what to say of it."""

    url: str
    title: str
    about: str = ""
    when: datetime | None = None
    notes: tuple[str, ...] = ()
    progress: int | None = None
    """In hundredths."""


@dataclass(frozen=True)
class Group:
    """Lines of one sort. ``empty`` is said where there is none; without it the group is then left out.

    ``more``: address of the whole list, ``total``: how many that holds.
    """

    name: str
    heading: str
    lines: list[Line] = field(default_factory=list)
    empty: str = ""
    more: str = ""
    total: int = 0

    @property
    def count(self) -> int:
        return max(self.total, len(self.lines))


class WhatWaits(Component):
    """The panel of the admin's first page."""

    name = "what_waits"
    order = 10
    template_name = "editing/what_waits.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        groups = groups_for(user, at=timezone.now())
        return {"groups": [group for group in groups if group.lines or group.empty]}


def groups_for(user: Any, *, at: datetime) -> list[Group]:
    """Everything that waits for ``user``, most pressing first."""
    groups = [
        Group("sent-back", _("Sent back to you"), list(_sent_back(user))),
        Group("drafts", _("Your drafts"), list(_drafts(user)), _("You have no draft.")),
        Group("scheduled", _("Going live soon"), list(_scheduled(user))),
        Group("files", _("Files being prepared"), list(_files(user, at=at))),
    ]
    if access.is_lead(user) or access.agency_ids(user, role="editor"):
        groups.insert(0, Group("proposals", _("Proposals of other agencies"), list(_proposals(user, at=at))))
        nothing = _("Nothing waits for your approval.")
        groups.insert(0, Group("review", _("Waiting for your approval"), list(_reviews(user)), nothing))
        groups.append(_waived(user))
    return groups


def _edit(pk: Any) -> str:
    address: str = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[pk])
    return address


def _list() -> str:
    address: str = reverse(Resource.snippet_viewset.get_url_name("list"))
    return address


def _waived(user: Any) -> Group:
    """The oldest first: each stands until somebody adds the words."""
    found = Resource.objects.manageable_by(user).waived()
    lines = list(_waivers(found.select_related("waived_by", "agency")))
    heading, more = _("Published without captions or transcript"), f"{_list()}?words=waived"
    return Group("waived", heading, lines, more=more, total=found.count())


def _waivers(found: Any) -> Iterator[Line]:
    for row in found.order_by("first_published_at", "pk")[:SHOWN]:
        who = (_("waived by %(person)s") % {"person": row.waived_by},) if row.waived_by else ()
        yield Line(
            url=_edit(row.pk),
            title=row.title,
            about=f"{row.get_kind_display()} · {row.agency}",
            when=row.published_at,
            notes=(row.accessibility_waiver, *who),
        )


def _reviews(user: Any) -> Iterator[Line]:
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("revision", "workflow_state__requested_by", "task")
        .order_by("started_at")[:SHOWN]
    )
    for state in states:
        content = state.revision.content
        yield Line(
            url=_edit(state.revision.object_id),
            title=content.get("title", ""),
            about=_kind_name(content.get("kind", "")),
            when=state.started_at,
            notes=(_("from %(person)s") % {"person": state.workflow_state.requested_by},),
        )


def _proposals(user: Any, *, at: datetime) -> Iterator[Line]:
    for proposal in open_for(user, at=at, most=SHOWN):
        yield Line(
            url=reverse("kho57_proposal", args=[proposal.pk]),
            title=proposal.resource.title,
            about=_("a newer file") if proposal.file_id else _("more audiences or topics"),
            when=proposal.created_at,
            notes=(_("from %(agency)s") % {"agency": proposal.agency},),
        )


def _sent_back(user: Any) -> Iterator[Line]:
    states = (
        WorkflowState.objects.filter(
            object_id__in=_as_text(Resource.objects.manageable_by(user)),
            requested_by=user,
            status=WorkflowState.STATUS_NEEDS_CHANGES,
            base_content_type__app_label="media_library",
            base_content_type__model="resource",
        )
        .select_related("current_task_state__revision", "current_task_state__task")
        .order_by("-created_at")[:SHOWN]
    )
    for state in states:
        task = state.current_task_state
        comment = task.comment if task else ""
        content = task.revision.content if task and task.revision else {}
        yield Line(
            url=_edit(state.object_id),
            title=content.get("title", ""),
            about=_kind_name(content.get("kind", "")),
            when=task.finished_at if task else None,
            notes=(comment,) if comment else (),
        )


def _as_text(rows: Any) -> Any:
    """Their keys as a workflow names them."""
    return rows.order_by().annotate(text_id=Cast("pk", CharField())).values("text_id")


def _drafts(user: Any) -> Iterator[Line]:
    mine = (
        Resource.objects.manageable_by(user)
        .filter(created_by=user, live=False, withdrawn_at=None, expired=False)
        .with_review()
        .filter(in_review=False, scheduled_for=None)
        .select_related("latest_revision")
        .order_by("-updated_at", "-pk")[:SHOWN]
    )
    for row in mine:
        draft = row.get_latest_revision_as_object()
        missing = missing_for_publication(draft)
        notes = tuple(item.message for item in missing) or (_("Complete: hand it in for approval."),)
        yield Line(
            url=_edit(row.pk),
            title=draft.title,
            about=row.get_kind_display(),
            when=row.updated_at,
            notes=notes,
        )


def _scheduled(user: Any) -> Iterator[Line]:
    due = (
        Resource.objects.manageable_by(user)
        .with_review()
        .filter(scheduled_for__isnull=False)
        .order_by("scheduled_for", "pk")[:SHOWN]
    )
    for row in due:
        yield Line(url=_edit(row.pk), title=row.title, about=row.get_kind_display(), when=row.scheduled_for)


def _files(user: Any, *, at: datetime) -> Iterator[Line]:
    """Those being prepared, and those that failed in the last fortnight, of drafts or not."""
    files = StoredFile.objects.exclude(processing_state=ProcessingState.READY).defer(
        "extracted", "properties"
    )
    if not access.is_lead(user):
        files = files.filter(agency_id__in=access.agency_ids(user))
    files = files.filter(created_at__gte=at - RECENT).order_by("-created_at", "-pk")[:SHOWN]
    listed = list(files)
    jobs = Job.objects.in_bulk([f"{PROCESS}:{file.pk}" for file in listed], field_name="key")
    for file in listed:
        job = jobs.get(f"{PROCESS}:{file.pk}")
        waits = file.processing_state == ProcessingState.WAITING
        yield Line(
            url="",
            title=file.original_name,
            about=file.get_processing_state_display(),
            when=file.created_at,
            notes=(file.problem,) if file.problem else (),
            progress=round(job.progress * 100) if job and waits else None,
        )


def _kind_name(code: str) -> str:
    return str(Kind(code).label) if code in Kind.values else ""
