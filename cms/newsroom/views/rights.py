"""The rights of a resource for machines."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.newsroom.policy import MEDIA_TYPE, policy
from media_library import access
from media_library.models import Resource


@require_safe
def rights(request: HttpRequest, public_id: str) -> JsonResponse:
    """The policy of a public resource; 410 and 403 tell of a withdrawal and of an announced embargo."""
    at = timezone.now()
    resource = Resource.objects.select_related("agency", "locale").identified_by(public_id)
    if resource is None:
        raise Http404
    if access.is_public(resource, at):
        return _answer(policy(resource, at=at))
    if access.tells_withdrawal(resource):
        return _answer({"withdrawn": resource.withdrawn_at, "reason": resource.withdrawn_reason}, status=410)
    if access.tells_embargo(resource, at):
        return _answer({"not_before": resource.embargo_until}, status=403)
    raise Http404


def _answer(told: dict[str, Any], *, status: int = 200) -> JsonResponse:
    response = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = MEDIA_TYPE if status == 200 else "application/json"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=0, must-revalidate" if status == 200 else "no-store"
    return response
