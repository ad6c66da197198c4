"""Addresses that name nothing: PostgreSQL refuses a NUL in a text, so none is asked for one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from cms.operations import errors


class PlainAddresses:
    """A path with a NUL answers 404, as any other that is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            return errors.page_not_found(request, Http404())
        return self.get_response(request)
