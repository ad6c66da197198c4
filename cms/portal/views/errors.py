"""Pages for what went wrong. None of them asks the database; that for 500 asks nothing at all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

_LAST_RESORT = (
    "<!doctype html><html lang=vi><meta charset=utf-8><title>Kho 57</title>"
    "<h1>Kho đang được sửa</h1><p>Xin thử lại sau ít phút.</p></html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, "errors/403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request, so that whatever failed cannot fail again."""
    try:
        text = render_to_string("errors/500.html", {"request_id": getattr(request, "request_id", "")})
    except Exception:  # the page of errors is the last that may raise one
        text = _LAST_RESORT
    response = HttpResponseServerError(text)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _told(request, "errors/403.html", status=403)


def _told(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"robots": "noindex", "alternates": {}, "status": status}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
