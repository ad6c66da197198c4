"""Maintenance: every address answers 503 with one page, except those that supervise the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.operations import errors

_ALWAYS = ("/healthz", "/readyz", "/static/")


def is_on() -> bool:
    """By the setting, or by a file named ``maintenance`` in DATA_DIR, which needs no restart."""
    return bool(settings.MAINTENANCE) or (Path(settings.DATA_DIR) / "maintenance").exists()


class Maintenance:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_on() and not request.path.startswith(_ALWAYS):
            return errors.maintenance(request)
        return self.get_response(request)
