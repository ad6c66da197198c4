"""The addresses of feeds of selections: made at each request, kept briefly by those who ask."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt

from cms.sections import chapters, feeds, files, fragment, page, selections
from cms.sections.forms import DEFAULT_LANGUAGE, LANGUAGES, Asked, asked_for
from cms.sections.missing import missing
from cms.sections.page import MEDIA_TYPE as HTML
from media_library import access
from media_library.models import Resource
from search.engines.contract import Unavailable

Finder = Callable[..., selections.Selection | selections.Moved | None]
_FINDERS: dict[str, Finder] = {
    "topic": selections.topic,
    "audience": selections.audience,
    "agency": selections.agency,
    "campaign": selections.campaign,
    "lightbox": selections.lightbox,
    "radio": selections.radio,
}
LONGEST = 80
"""Signs of a code that are looked at."""


@xframe_options_exempt
def selected(request: HttpRequest, by: str, code: str, name: str) -> HttpResponseBase:
    """``/feeds/topic/{code}/feed.json`` and so on for audience, agency, campaign, lightbox and radio."""

    def find(asked: Asked, at: datetime) -> HttpResponseBase | selections.Selection | None:
        if "\x00" in code or len(code) > LONGEST:
            return None
        chosen = _FINDERS[by](code, language=asked.language, at=at)
        if isinstance(chosen, selections.Moved):
            return HttpResponsePermanentRedirect(f"/feeds/{chosen.address}/{name}")
        return chosen

    return _answer(request, name, find)


@xframe_options_exempt
def one_resource(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """``/feeds/r/{public_id}/feed.json``: one resource in every form; withdrawn 410, announced embargo 403."""

    def find(asked: Asked, at: datetime) -> HttpResponseBase | selections.Selection | None:
        known = "\x00" not in public_id and len(public_id) <= LONGEST
        chosen = selections.resource(public_id, language=asked.language, at=at) if known else None
        return chosen or _refused(public_id if known else "", at, asked.form.media_type, asked.language)

    return _answer(request, name, find)


@xframe_options_exempt
def searched(request: HttpRequest, name: str) -> HttpResponseBase:
    """``/feeds/search/feed.json?q=…``: what a search finds; parameters as on the search page."""

    def find(asked: Asked, at: datetime) -> HttpResponseBase | selections.Selection:
        try:
            return selections.found(request.GET, language=asked.language, at=at)
        except Unavailable:
            return _unavailable(asked.form.media_type, asked.language)

    return _answer(request, name, find)


@xframe_options_exempt
def chapters_of(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """``/feeds/r/{public_id}/chapters.json``: for podcast players."""
    if (other := feeds.other_method(request)) is not None:
        return feeds.for_every_site(other)
    at, known = timezone.now(), "\x00" not in public_id and len(public_id) <= LONGEST
    rows = Resource.objects.public(at).with_cards().defer("body")
    row = rows.identified_by(public_id.lower()) if known else None
    if row is None:
        refused = _refused(public_id if known else "", at, chapters.MEDIA_TYPE, DEFAULT_LANGUAGE)
        return feeds.for_every_site(refused)
    return _sent(request, chapters.write(row), media_type=chapters.MEDIA_TYPE)


@xframe_options_exempt
def framed(request: HttpRequest, by: str, code: str, language: str | None = None) -> HttpResponseBase:
    """``/embed/topic/{code}/`` and so on, ``…/en/`` in English: the page of an iframe."""

    def find(language: str, at: datetime) -> HttpResponseBase | selections.Selection | None:
        if "\x00" in code or len(code) > LONGEST:
            return None
        chosen = _FINDERS[by](code, language=language, at=at)
        if isinstance(chosen, selections.Moved):
            folder = "" if language == DEFAULT_LANGUAGE else f"{language}/"
            return HttpResponsePermanentRedirect(f"/embed/{chosen.address}/{folder}")
        return chosen

    return _framed(request, language or DEFAULT_LANGUAGE, find)


@xframe_options_exempt
def framed_search(request: HttpRequest, language: str | None = None) -> HttpResponseBase:
    """``/embed/search/?q=…``: what a search finds as the page of an iframe."""

    def find(language: str, at: datetime) -> HttpResponseBase | selections.Selection:
        try:
            return selections.found(request.GET, language=language, at=at)
        except Unavailable:
            return _unavailable(HTML, language)

    return _framed(request, language or DEFAULT_LANGUAGE, find)


def _framed(request: HttpRequest, language: str, find: Callable[[str, datetime], Any]) -> HttpResponseBase:
    if (other := feeds.other_method(request)) is not None:
        return other
    with override(language):
        chosen = find(language, timezone.now()) or missing(HTML, language, message=_nothing())
        if isinstance(chosen, selections.Selection):
            published = selections.publication(chosen, language=language)
            chosen = _sent(request, page.write(published), media_type=HTML)
            chosen["Content-Language"] = language
    chosen["Content-Security-Policy"] = feeds.frame_policy("*")
    return chosen


def _unavailable(media_type: str, language: str) -> HttpResponse:
    message = _("The search does not answer at the moment. Please try again in a minute.")
    refused = missing(media_type, language, status=HTTPStatus.SERVICE_UNAVAILABLE, message=message)
    refused["Retry-After"] = "60"
    return refused


def _answer(request: HttpRequest, name: str, find: Callable[[Asked, datetime], Any]) -> HttpResponseBase:
    if (other := feeds.other_method(request)) is not None:
        return feeds.for_every_site(other)
    asked = asked_for(name)
    if asked is None:
        return feeds.for_every_site(missing(HTML, DEFAULT_LANGUAGE, message=_no_form()))
    with override(asked.language):
        chosen = find(asked, timezone.now())
        if chosen is None:
            chosen = missing(asked.form.media_type, asked.language, message=_nothing())
        if not isinstance(chosen, selections.Selection):
            return feeds.for_every_site(chosen)
        published = selections.publication(chosen, language=asked.language)
        written = asked.form.write(published, published.form_url(name))
    response = _sent(request, written, media_type=asked.form.media_type)
    response["Content-Language"] = asked.language
    return response


def _sent(request: HttpRequest, written: bytes, *, media_type: str) -> HttpResponseBase:
    """``written``, packed where the client takes it, or 304 where it has it."""
    encoding = feeds.encoding_for(request)
    packed = _packed(written, encoding)
    etag = f'"{hashlib.sha256(packed).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if encoding:
        headers["Content-Encoding"] = encoding
    response = HttpResponse(packed, content_type=media_type, headers=headers)
    answer = get_conditional_response(request, etag, None, response) or response
    answer["Cache-Control"] = feeds.CACHE_BRIEF
    if media_type == HTML:
        answer["Content-Security-Policy"] = fragment.POLICY
    return feeds.for_every_site(answer)


def _packed(written: bytes, encoding: str) -> bytes:
    if encoding == "br":
        packed: bytes = brotli.compress(written, quality=files.BROTLI_QUALITY)
        return packed
    return gzip.compress(written, mtime=0) if encoding else written


def _refused(public_id: str, at: datetime, media_type: str, language: str) -> HttpResponse:
    """404, unless everyone may learn that the resource was withdrawn (410) or that it comes (403)."""
    row = Resource.objects.identified_by(public_id.lower()) if public_id else None
    with override(language if language in LANGUAGES else DEFAULT_LANGUAGE):
        status, message = HTTPStatus.NOT_FOUND, _nothing()
        if row is not None and access.tells_withdrawal(row):
            status, message = HTTPStatus.GONE, _("This resource has been withdrawn. Please take it down.")
        elif row is not None and access.tells_embargo(row, at):
            status, message = HTTPStatus.FORBIDDEN, _("This resource is announced and not yet public.")
    return missing(media_type, language, status=status, message=message)


def _nothing() -> str:
    return _("There is nothing public at this address. Look for it again in Kho 57.")


def _no_form() -> str:
    return _("There is no form of this name. Their names stand in the documentation of feeds.")
