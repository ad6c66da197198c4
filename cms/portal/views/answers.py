"""How public pages are sent: rendered, with headers that let caches keep them but ask each time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

PUBLIC_CACHE = "public, max-age=0, must-revalidate"
"""A page may change at any moment (a withdrawal), so every use asks whether it still holds."""

OWN_CACHE = "private, no-store"
"""A page that is not the same for all is kept nowhere."""


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    cache: str = PUBLIC_CACHE,
) -> HttpResponse:
    """A public page. It asks nothing of the session, so it carries no cookie and is the same for all."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = cache if status == 200 else "no-store"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
