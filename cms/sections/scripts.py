"""The scripts that sites load from us: at addresses that stay, and each version under the name of its sum.

Who pastes the plain address gets what is newest; who wants a check sum (subresource integrity) takes a version,
whose bytes never change and which is never removed (docs/decisions/0124).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import brotli
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cms.sections import feeds

CACHE = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800"
CACHE_FOR_EVER = "public, max-age=31536000, immutable"
MEDIA_TYPE = "text/javascript; charset=utf-8"
FRAME, COMPONENT = "kho57-frame.js", "kho57-section.js"
_PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "br": brotli.compress}
_VERSION = re.compile(r"kho57-section\.[0-9a-f]{12}\.js")


def frame_script(request: HttpRequest) -> HttpResponseBase:
    """``/embed/kho57-frame.js``: lets frames grow with what they show."""
    return _script(request, FRAME, CACHE)


def component(request: HttpRequest) -> HttpResponseBase:
    """``/embed/kho57-section.js``: the newest web component."""
    return _script(request, COMPONENT, CACHE)


def version(request: HttpRequest, name: str) -> HttpResponseBase:
    """``/embed/v1/kho57-section.{12 digits of its sum}.js``: one version for ever."""
    if not _VERSION.fullmatch(name) or not finders.find(f"embed/v1/{name}"):
        return feeds.for_every_site(HttpResponse(status=404, content_type=MEDIA_TYPE))
    return _script(request, f"v1/{name}", CACHE_FOR_EVER)


def version_path() -> str:
    """Path of the newest component under the name of its sum."""
    return f"/embed/v1/kho57-section.{hashlib.sha256(_content(COMPONENT)).hexdigest()[:12]}.js"


def integrity() -> str:
    """The newest component's sum as ``integrity`` takes it (W3C Subresource Integrity)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(_content(COMPONENT)).digest()).decode()}"


def _script(request: HttpRequest, name: str, cache: str) -> HttpResponseBase:
    if (other := feeds.other_method(request)) is not None:
        return other
    encoding = feeds.encoding_for(request)
    response = feeds.respond(request, _packed(name, encoding), media_type=MEDIA_TYPE, encoding=encoding)
    response["Cache-Control"] = cache
    return feeds.for_every_site(response)


@lru_cache(maxsize=64)
def _packed(name: str, encoding: str) -> feeds.Kept:
    """The script as it goes out; packed once, for it changes only with the program."""
    content = _PACKERS[encoding](_content(name))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return feeds.Kept(None, content, etag, None, "", "*")


@lru_cache(maxsize=32)
def _content(name: str) -> bytes:
    return Path(str(finders.find(f"embed/{name}"))).read_bytes()
