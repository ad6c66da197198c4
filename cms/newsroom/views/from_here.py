"""Posts from pages that are the same for all, and so carry no token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def from_here_only(view: View) -> View:
    """Let a post in that a page of this site sent: by Fetch Metadata, or by the origin where there is none.

    A browser that sends neither sends no cookie either with what another site posts (SameSite=Lax), so there is
    nobody's lightbox to change.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        foreign = site not in ("same-origin", "none") if site else origin and not _ours(request, origin)
        if request.method == "POST" and foreign:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _ours(request: HttpRequest, origin: str) -> bool:
    return urlsplit(origin).netloc == request.get_host()
