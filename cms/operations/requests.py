"""Every request has an id, and one line in the journal that says nothing about who asked for what."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SUPERVISION = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds: a line is written only where the answer is not the usual one."""
log = structlog.get_logger("kho57.request")


def request_id(given: str) -> str:
    """The id that a proxy gave, where it looks like one; else 16 random hex digits."""
    return given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


class RequestJournal:
    """Outermost: binds the id to every line logged meanwhile, and answers with it in ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request_id(request.headers.get("X-Request-ID", ""))
        request.request_id = chosen  # type: ignore[attr-defined]
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=chosen):
            response = self.get_response(request)
            response["X-Request-ID"] = chosen
            _write(request, status=response.status_code, seconds=time.perf_counter() - began)
        return response


def _write(request: HttpRequest, *, status: int, seconds: float) -> None:
    """The route's pattern, not the address: an address can hold what somebody looks for, or a name."""
    route = request.resolver_match.route if request.resolver_match else ""
    if request.path_info in _SUPERVISION and status == HTTPStatus.OK:
        return
    write = log.error if status >= 500 else log.info
    write("request", method=request.method, route=route, status=status, milliseconds=round(seconds * 1000, 1))
