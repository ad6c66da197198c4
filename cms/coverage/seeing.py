"""``POST /embed/seen``: component and frame tell where they stand. See :mod:`cms.coverage.beacons`."""

from __future__ import annotations

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.coverage import beacons

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
@never_cache
def seen(request: HttpRequest) -> HttpResponse:
    """Count a beacon; always 204, so that there is nothing to learn from the answer."""
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and len(length) <= 4 and int(length) <= beacons.MOST_BYTES:
        sender, here = request.headers.get("Origin", ""), f"{request.scheme}://{request.get_host()}"
        told = beacons.parse(request.body, sender=sender, here=here)
        try:
            if told is not None:
                beacons.count(told, at=timezone.now())
        except DatabaseError:
            log.warning("beacon_not_counted", exc_info=True)
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = "*"
    return response
