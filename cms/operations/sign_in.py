"""The throttle of the login: who is asking, and what is said when the limit is reached."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cms.operations.errors import sign_in_paused


def client_address(request: HttpRequest) -> str:
    """The client's address: as many steps from the right of X-Forwarded-For as there are trusted proxies.

    Entries further left were written by whoever sent the request, and prove nothing.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    trusted: int = settings.TRUSTED_PROXIES
    if not trusted:
        return direct
    passed = [
        entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()
    ]
    return passed[-trusted] if len(passed) >= trusted else direct


def too_many_attempts(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None, **_more: Any
) -> HttpResponse:
    """django-axes' answer once the limit is reached: 429 with the wait, the same for every account."""
    return sign_in_paused(request, seconds=int(settings.AXES_COOLOFF_TIME.total_seconds()))
