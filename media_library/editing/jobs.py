"""The work of the workers, for administrators: what failed and why, with one more try."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library.models import Heartbeat, Job, JobState
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
    """The newest jobs, failed ones first. ``POST`` with ``job`` tries that one again."""

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
        return super().get_context_data(heartbeats=Heartbeat.objects.order_by("name"), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.POST.get("job", "")
        job = get_object_or_404(Job, pk=given if given.isdecimal() else 0)
        if jobs.retry(key=job.key, at=timezone.now()):
            messages.success(request, _("It is tried again now."))
        else:
            messages.warning(request, _("It has not failed, so there is nothing to try again."))
        return redirect(reverse("kho57_jobs"))
