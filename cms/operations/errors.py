"""What is said when a request fails: the site's own page where it renders, else one without moving parts."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.template.exceptions import TemplateDoesNotExist
from django.utils import translation
from django.utils.html import escape

_PAGES = Path(__file__).parent / "pages"
_MACHINES = ("/api/", "/feeds/", "/files/", "/oai", "/oembed")
_RETRY_SECONDS = 300
log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page whether a thing is hidden or was never there."""
    return _page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Tells the request's id, by which the operator finds the line in the journal."""
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token; the usual cause is that the session ended meanwhile."""
    return _page(request, HTTPStatus.FORBIDDEN, name="csrf")


def maintenance(request: HttpRequest) -> HttpResponse:
    response = _page(request, HTTPStatus.SERVICE_UNAVAILABLE, name="maintenance")
    response["Retry-After"] = str(_RETRY_SECONDS)
    return response


def sign_in_paused(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Too many wrong passwords: how long to wait, and what else helps."""
    minutes = -(-seconds // 60)
    response = _page(request, HTTPStatus.TOO_MANY_REQUESTS, name="sign-in-paused", minutes=minutes)
    response["Retry-After"] = str(seconds)
    return response


def _page(request: HttpRequest, status: HTTPStatus, *, name: str = "", **context: Any) -> HttpResponse:
    """For people a page in the language of the address, for machines a line."""
    language = translation.get_language_from_path(request.path_info) or str(settings.LANGUAGE_CODE)
    if request.path.startswith(_MACHINES):
        line = f"{status.value} {status.phrase}\n"
        response = HttpResponse(line, status=status, content_type="text/plain; charset=utf-8")
    else:
        context |= {"status": status.value, "request_id": getattr(request, "request_id", "")}
        body = _body(request, status, name=name or str(status.value), language=language, context=context)
        response = HttpResponse(body, status=status)
        response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    return response


def _body(
    request: HttpRequest, status: HTTPStatus, *, name: str, language: str, context: dict[str, Any]
) -> str:
    # The request brings session and account into the page; after a failure those may be what failed.
    known = None if status >= HTTPStatus.INTERNAL_SERVER_ERROR else request
    with translation.override(language):
        try:
            return str(loader.render_to_string(f"errors/{name}.html", context, known))
        except TemplateDoesNotExist:
            pass
        except Exception:
            log.exception("error_page_failed", page=name)
    return _unmoving(name, language=language, context=context)


def _unmoving(name: str, *, language: str, context: dict[str, Any]) -> str:
    """A whole page from a file: no database, no template engine, no style sheet of the site."""
    page = _PAGES / f"{name}.{language}.html"
    text = (page if page.exists() else _PAGES / f"500.{language}.html").read_text(encoding="utf-8")
    for key, shown in context.items():
        text = text.replace(f"[[{key}]]", escape(shown))
    return text
