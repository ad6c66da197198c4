"""The work of the workers, for administrators: how far it is, what failed and why, one more try, a stop."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library.editing.work import UNDER_WAY, name_of
from media_library.models import Heartbeat, Job, JobState, StoredFile
from media_library.processing import jobs

LISTED = 200
_PRESSING = Case(
    When(state=JobState.FAILED, then=Value(0)),
    When(state=JobState.RUNNING, then=Value(1)),
    When(state=JobState.QUEUED, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


class JobsView(WagtailAdminTemplateMixin, ListView):  # type: ignore[type-arg]
    """The newest jobs, failed ones first. ``POST`` with ``job`` tries that one again, with ``stop`` stops it."""

    template_name = "editing/jobs.html"
    page_title = gettext_lazy("Work in the background")
    header_icon = "cogs"
    context_object_name = "jobs"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.order_by(_PRESSING, "-created_at", "-pk")[:LISTED]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        beats = Heartbeat.objects.order_by("name")
        context = super().get_context_data(heartbeats=beats, under_way=UNDER_WAY, **kwargs)
        files = _files_of(context["jobs"])
        for job in context["jobs"]:
            job.called = name_of(job.kind)
            job.of = files.get(job.payload.get("file"))
        return context

    def post(self, request: HttpRequest) -> HttpResponse:
        stop = request.POST.get("stop", "")
        given = stop or request.POST.get("job", "")
        job = get_object_or_404(Job, pk=given if given.isdecimal() and len(given) < 16 else 0)
        if stop:
            if jobs.cancel(key=job.key, at=timezone.now()):
                messages.success(request, _("It is stopped. Nothing that was ready is lost."))
            else:
                messages.warning(request, _("It has ended already, so there is nothing to stop."))
        elif jobs.retry(key=job.key, at=timezone.now()):
            messages.success(request, _("It is tried again now."))
        else:
            messages.warning(request, _("It has not failed, so there is nothing to try again."))
        return redirect(reverse("kho57_jobs"))


def _files_of(listed: Any) -> dict[int, StoredFile]:
    """The files that jobs work on, by their key; one query."""
    keys = [job.payload["file"] for job in listed if "file" in job.payload]
    files = StoredFile.objects.filter(pk__in=keys).only("original_name", "problem", "processing_state")
    return {file.pk: file for file in files}


def jobs_state(request: HttpRequest) -> JsonResponse:
    """Of the jobs ``?jobs=1,2`` their state in words and how far they are; for the page while it is open."""
    if not request.user.is_superuser:
        raise PermissionDenied
    asked = [part for part in request.GET.get("jobs", "").split(",")[:LISTED] if part.isdecimal()]
    rows = Job.objects.filter(pk__in=[int(part) for part in asked if len(part) < 16])
    told = [
        {
            "job": row.pk,
            "state": row.state,
            "label": row.get_state_display(),
            "share": row.progress,
            "attempts": f"{row.attempts}/{row.max_attempts}",
        }
        for row in rows.only("state", "progress", "attempts", "max_attempts")
    ]
    return JsonResponse({"jobs": told})
