"""The work on files, for those who keep them: how far it is, why it failed, one more try, a stop.

Asked for by a script while a page is open: the number of queries does not depend on how many files are asked for.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from media_library import access
from media_library.hints import contrast_hints
from media_library.models import Asset, Job, JobState, StoredFile
from media_library.processing import jobs
from media_library.processing.drafting import DRAFT
from media_library.processing.pipeline import BROADCAST, FINISH, PROCESS

MOST = 100
"""Files that are asked for at once."""
_KINDS = (PROCESS, FINISH, BROADCAST)
UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@require_safe
def files_progress(request: HttpRequest) -> JsonResponse:
    """``?files=1,2``: of each that the person may see its state.

    ``weak`` is what to say of weak contrast where it is an infographic; ``share`` and ``later`` go to 1.
    """
    asked = [int(part) for part in request.GET.get("files", "").split(",")[:MOST] if _is_key(part)]
    files = [file for file in _light(asked) if access.may_see_file(request.user, file)]
    under_way = _under_way([file.pk for file in files])
    told = {str(file.pk): _told(file, under_way) for file in files}
    return JsonResponse({"files": told})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _light(keys: list[int]) -> Any:
    return StoredFile.objects.filter(pk__in=keys).only(
        "agency_id", "processing_state", "problem", "properties"
    )


def _under_way(files: list[int]) -> dict[str, float]:
    keys = [f"{kind}:{pk}" for pk in files for kind in (PROCESS, FINISH)]
    waiting = Job.objects.filter(key__in=keys, state__in=UNDER_WAY)
    return dict(waiting.values_list("key", "progress"))


def _told(file: StoredFile, under_way: dict[str, float]) -> dict[str, Any]:
    return {
        "state": file.processing_state,
        "label": file.get_processing_state_display(),
        "problem": file.problem,
        "weak": " ".join(contrast_hints(file.properties)),
        "share": under_way.get(f"{PROCESS}:{file.pk}"),
        "later": under_way.get(f"{FINISH}:{file.pk}"),
    }


@require_http_methods(["GET", "POST"])
def file_work(request: HttpRequest, pk: int) -> HttpResponse:
    """One file's work; ``POST`` with ``act`` ``again`` or ``stop`` and the ``kind`` of the work."""
    file = StoredFile.objects.filter(pk=pk).defer("extracted").select_related("agency").first()
    if file is None or not access.may_see_file(request.user, file):
        raise Http404
    if request.method == "POST":
        _act(request, file)
        return redirect(request.path)
    rows = Job.objects.filter(key__in=[f"{kind}:{pk}" for kind in _KINDS]).order_by("priority")
    shown_by = Asset.objects.filter(file=file).select_related("resource").order_by("pk").first()
    context = {"file": file, "works": [_work(row) for row in rows], "resource": None}
    if shown_by is not None:
        edit = shown_by.resource.snippet_viewset.get_url_name("edit")
        context |= {
            "resource": shown_by.resource,
            "resource_edit_url": reverse(edit, args=[shown_by.resource.pk]),
        }
    return TemplateResponse(request, "editing/file_work.html", context)


def _act(request: HttpRequest, file: StoredFile) -> None:
    kind = request.POST.get("kind") if request.POST.get("kind") in _KINDS else PROCESS
    key, at = f"{kind}:{file.pk}", timezone.now()
    if request.POST.get("act") == "stop":
        if jobs.cancel(key=key, at=at):
            messages.success(request, _("It is stopped. Nothing that was ready is lost."))
        else:
            messages.warning(request, _("It has ended already, so there is nothing to stop."))
    elif jobs.retry(key=key, at=at):
        messages.success(request, _("It is tried again now."))
    else:
        messages.warning(request, _("It has not failed, so there is nothing to try again."))


def _work(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "name": name_of(job.kind),
        "can_stop": job.state in UNDER_WAY,
        "can_try": job.state in (JobState.FAILED, JobState.CANCELLED),
    }


def name_of(kind: str) -> str:
    """What a kind of job does, in the words of the interface; an unknown kind by its own name."""
    names = {
        PROCESS: _("Preparing a file"),
        FINISH: _("Further sizes and even loudness"),
        BROADCAST: _("Copy for radio stations"),
        DRAFT: _("Draft of what is said, by machine"),
        "collect_files": _("Daily clean-up"),
    }
    return names.get(kind, kind)
