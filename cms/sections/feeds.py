"""The application's fallback for rendered forms: the files as they lie, without a query, session or cookie.

The web server serves the same files in production (deploy/nginx/kho57.conf); both answer with the same
headers, except that nginx makes its ETag of time and length (docs/decisions/0062).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.clickjacking import xframe_options_exempt

from cms.sections import files, fragment, moved
from cms.sections.forms import DEFAULT_LANGUAGE, asked_for
from cms.sections.missing import missing
from cms.sections.page import MEDIA_TYPE as HTML
from cms.sections.parts import absolute, hub_address
from cms.sections.render import FRAME, storage_name

CACHE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
CACHE_BRIEF = "public, max-age=30, stale-if-error=3600"
_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_-]*")
_REFUSED = re.compile(r"q=0(\.0{0,3})?")
_KEPT = 512
_REMOTE_SECONDS = 1.0


@dataclass(frozen=True)
class Asked:
    """One form of one section: where it lies, what it is, in which language it speaks."""

    address: str
    stored: str
    media_type: str
    language: str


@dataclass(frozen=True)
class Kept:
    """A file in memory, valid while its mark is that of the files on disk."""

    mark: Any
    content: bytes
    etag: str
    stamp: int | None
    modified: str
    frame_ancestors: str


_kept: OrderedDict[str, Kept] = OrderedDict()


@xframe_options_exempt
def feed(request: HttpRequest, agency: str, section: str, name: str) -> HttpResponseBase:
    """``/feeds/{agency}/{section}/feed.json`` and every other form, ``feed.en.json`` in English."""
    named = asked_for(name)
    if named is None:
        return missing(HTML, DEFAULT_LANGUAGE)
    address = f"{agency}/{section}"
    stored = storage_name(address=address, name=named.form.name, language=named.language)
    asked = Asked(address, stored, named.form.media_type, named.language)
    response = _answer(request, asked) or moved.feed(address, name)
    return for_every_site(response or missing(asked.media_type, asked.language))


def for_every_site(response: HttpResponseBase) -> HttpResponseBase:
    """``response``, to be read by scripts of any site."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@xframe_options_exempt
def frame(
    request: HttpRequest, agency: str, section: str, language: str = DEFAULT_LANGUAGE
) -> HttpResponseBase:
    """``/embed/{agency}/{section}/`` and ``/embed/{agency}/{section}/en/``: the page of the iframe.

    What the address asks for (layout, theme, accent) is done in the page: the file is the same for all.
    """
    address = f"{agency}/{section}"
    for restricted in (False, True):
        stored = storage_name(address=address, name=FRAME, language=language, restricted=restricted)
        if response := _answer(request, Asked(address, stored, HTML, language)):
            return response
    if response := moved.frame(f"{agency}/{section}", language):
        return response
    unknown = missing(HTML, language)
    unknown["Content-Security-Policy"] = frame_policy("*")
    return unknown


def frame_policy(ancestors: str) -> str:
    """The policy of a frame page: everything from us alone; ``ancestors`` is who may frame it."""
    files_at = f"'self' {settings.PUBLIC_BASE_URL.rstrip('/')}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; base-uri 'none';"
        f" form-action 'none'; connect-src 'self'; img-src {files_at}; media-src {files_at};"
        f" frame-ancestors {ancestors}"
    )


def _answer(request: HttpRequest, asked: Asked) -> HttpResponseBase | None:
    """The file asked for or its compressed twin; None where there is no such file."""
    if (other := other_method(request)) is not None:
        return other
    if not _ADDRESS.fullmatch(asked.address):
        return None
    encoding = encoding_for(request)
    kept = _load(asked.stored + files.TWINS.get(encoding, ""), asked)
    if kept is None and encoding:
        encoding, kept = "", _load(asked.stored, asked)
    if kept is None:
        return None
    response = respond(request, kept, media_type=asked.media_type, encoding=encoding)
    response["Content-Language"] = asked.language
    response["Cache-Control"] = CACHE
    response["Surrogate-Key"] = surrogate_key(asked.address)
    if asked.stored.startswith("feeds/"):
        response["Link"] = _links(settings.PUBLIC_BASE_URL, asked.stored)
    if asked.media_type == HTML:
        framed = not asked.stored.startswith("feeds/")
        response["Content-Security-Policy"] = (
            frame_policy(kept.frame_ancestors) if framed else fragment.POLICY
        )
    return response


@lru_cache(maxsize=_KEPT)
def _links(base: str, stored: str) -> str:
    """Where changes of the feed are told, and what the feed calls itself (WebSub, 4); ``base`` is our site."""
    return f'<{hub_address()}>; rel="hub", <{absolute(f"/{stored}")}>; rel="self"'


def surrogate_key(address: str) -> str:
    """What a CDN forgets when anything of the section at ``address`` has changed."""
    return f"section/{address}"


def respond(request: HttpRequest, kept: Kept, *, media_type: str, encoding: str) -> HttpResponseBase:
    """200 with the content, or 304 where the client has it (RFC 9110, 13)."""
    headers = {"ETag": kept.etag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if encoding:
        headers["Content-Encoding"] = encoding
    if kept.modified:
        headers["Last-Modified"] = kept.modified
    response = HttpResponse(kept.content, content_type=media_type, headers=headers)
    answer = get_conditional_response(request, kept.etag, kept.stamp, response)
    return answer if answer is not None else response


def encoding_for(request: HttpRequest) -> str:
    """``br`` or ``gzip`` where the client takes it, else none (RFC 9110, 12.5.3: a weight of 0 refuses)."""
    return _best(request.META.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def _best(accept: str) -> str:
    accepted = {}
    for part in accept.split(","):
        name, _semicolon, weight = part.strip().partition(";")
        accepted[name.strip().lower()] = not _REFUSED.fullmatch(weight.replace(" ", ""))
    return next((each for each in ("br", "gzip") if accepted.get(each)), "")


def _load(name: str, asked: Asked) -> Kept | None:
    """The file from memory while it and its manifest are unchanged on disk, else read anew."""
    mark = _mark(name, asked.address)
    kept = _kept.get(name)
    if mark is not None and kept is not None and kept.mark == mark:
        return kept
    content = files.read(name) if mark is not None else None
    if content is None:
        _kept.pop(name, None)
        return None
    manifest = files.Manifest.load(asked.address)
    written = manifest.files.get(asked.stored, {}).get("modified", "")
    modified = datetime.fromisoformat(written) if written else None
    found = _kept[name] = _entry(mark, content, modified, manifest.frame_ancestors)
    _kept.move_to_end(name)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return found


def _mark(name: str, address: str) -> Any:
    """What changes when the file or its manifest does; on S3, where asking costs a request, each second."""
    if files.local_root() is None:
        return int(time.monotonic() / _REMOTE_SECONDS)
    signature = files.signature(name)
    return signature and (signature, files.signature(files.manifest_name(address)))


def _entry(mark: Any, content: bytes, modified: datetime | None, ancestors: str) -> Kept:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    stamp = int(modified.timestamp()) if modified else None
    return Kept(mark, content, etag, stamp, http_date(stamp) if stamp else "", ancestors)


def other_method(request: HttpRequest) -> HttpResponse | None:
    """The answer to what neither reads nor asks for the head; None for what does."""
    if request.method == "OPTIONS":
        return _options()
    return None if request.method in ("GET", "HEAD") else _options(HTTPStatus.METHOD_NOT_ALLOWED)


def _options(status: int = HTTPStatus.NO_CONTENT) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Allow"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response["Access-Control-Max-Age"] = "86400"
    return response
