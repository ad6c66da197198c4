"""``/healthz`` for whoever restarts the process, ``/readyz`` for whoever sends it visitors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.operations import readiness


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nothing else, so that a slow database never restarts it."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """A line for each part, 503 if any of them fails."""
    parts = readiness.examine(timezone.now())
    lines = [f"{part.name}: {'ok' if part.ready else 'FAILED'} ({part.message})" for part in parts]
    return HttpResponse(
        "\n".join(lines) + "\n",
        status=200 if all(part.ready for part in parts) else 503,
        content_type="text/plain; charset=utf-8",
    )
