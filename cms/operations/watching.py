"""Who may read ``/metrics``: the machine that the site runs on, or whoever has the token.

It is no route. Whoever may read is answered before host, transport, maintenance, session and routes are
looked at; for everyone else the address does not exist, and whatever an unknown one is answered, so is this.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from cms.operations import figures

ADDRESS = "/metrics"
_READING = ("GET", "HEAD")
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
_PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What the headers begin with that proxies add: behind one, everybody comes from this machine."""


class Watching:
    """Answers ``/metrics`` for those who may read it, and lets every other request pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != ADDRESS or not may_read(request):
            return self.get_response(request)
        response = _answer(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def may_read(request: HttpRequest) -> bool:
    """With ``METRICS_TOKEN`` who sends it, from wherever; without it a process of this machine only."""
    token: str = settings.METRICS_TOKEN
    return _has(token, request) if token else _from_here(request)


def _has(token: str, request: HttpRequest) -> bool:
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(sent.strip(), token)


def _from_here(request: HttpRequest) -> bool:
    """Directly, and under a name of ours: a page in a browser of this machine can give itself its address."""
    if any(name.startswith(_PASSED_ON) for name in request.META):
        return False
    host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and validate_host(
        host, [*_OWN_NAMES, *settings.ALLOWED_HOSTS]
    )


def _is_loopback(address: str) -> bool:
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = given.ipv4_mapped if isinstance(given, ipaddress.IPv6Address) else None
    return (mapped or given).is_loopback


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in _READING:
        return HttpResponseNotAllowed(_READING)
    return HttpResponse(
        figures.text(timezone.now()), status=HTTPStatus.OK, content_type=CONTENT_TYPE_PLAIN_0_0_4
    )
