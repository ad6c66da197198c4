"""Addresses of the API, open to every site and the same for everyone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern
from django.utils import translation

from cms.exchange.api import api

CACHE = "public, max-age=60"
View = Callable[..., HttpResponseBase]


def _open(view: View) -> View:
    """``view`` for every origin, in the language of the parameter ``lang``, with HEAD beside GET."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        lang = "en" if request.GET.get("lang") == "en" else "vi"
        with translation.override(lang):
            response = view(request, *args, **kwargs)
        request.method = asked
        response["Access-Control-Allow-Origin"] = "*"
        response["Content-Language"] = lang
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = CACHE if response.status_code == 200 else "no-store"
        return response

    return answer


def _opened(pattern: URLPattern) -> URLPattern:
    return URLPattern(pattern.pattern, _open(pattern.callback), pattern.default_args, pattern.name)


urlpatterns = [_opened(one) for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
