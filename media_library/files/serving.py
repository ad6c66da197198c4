"""The addresses at which files are fetched. Who may fetch is asked of :mod:`media_library.access` alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media_library import access
from media_library.files.addresses import digest_in
from media_library.files.ranges import Span, Unsatisfiable, parse_range
from media_library.files.storage import open_range
from media_library.kinds import EXTENSIONS
from media_library.models import Rendition, Resource, StoredFile
from media_library.models.asset import Purpose
from media_library.text import slug

PUBLIC_CACHE = "public, max-age=300, must-revalidate"
"""Caches ask again after five minutes at most, so that a withdrawal reaches them; see decision 0033."""
PRIVATE_CACHE = "private, no-store"
_SIZED = (Purpose.PICTURE, Purpose.POSTER, Purpose.CROP, Purpose.PART)
"""Of which there are several: the name of the saved file tells its pixels."""
_PLAYED = ("video/", "audio/")
_CUT = re.compile(r"(?:^|-)([a-z]+)-[0-9a-f]{12}\.jpg$")
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_READER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""A PDF: browsers refuse to show one in a sandbox; our own pages may frame it."""


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that were made for this answer; the same each time, or ``sha256`` tells that they are not."""

    body: bytes
    media_type: str
    sha256: str

    @property
    def size(self) -> int:
        return len(self.body)


@dataclass(frozen=True, slots=True)
class Composed:
    """Bytes that are put together while they are sent: ``read(start, length)`` gives any part of them.

    ``sha256`` is any hex digest that changes when they do.
    """

    read: Callable[[int, int], Iterator[bytes]]
    size: int
    media_type: str
    sha256: str


Sent = Rendition | StoredFile | Written | Composed


downloaded = Signal()
"""Sent with ``resource``, ``rendition``, ``user`` and ``at`` where a public copy is saved from its beginning."""


@require_safe
def file(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """A rendition of a resource's live files, at its public address.

    Hidden and missing answer alike (404); withdrawn after publication answers 410 with the reason.
    """
    at = timezone.now()
    resource = Resource.objects.select_related("agency").identified_by(public_id)
    rendition = _named(resource, name)
    if resource is None or rendition is None:
        raise Http404
    if resource.withdrawn_at:
        return gone(resource)
    download = "download" in request.GET
    open_to_all = _may_have(None, resource, rendition, download=download, at=at)
    if not open_to_all and not _may_have(request.user, resource, rendition, download=download, at=at):
        raise Http404
    response = send(
        request,
        rendition,
        cache=PUBLIC_CACHE if open_to_all else PRIVATE_CACHE,
        save_as=_download_name(resource.title, rendition) if download else None,
    )
    if download and _begins(request, response):
        downloaded.send(sender=Resource, resource=resource, rendition=rendition, user=_known(request), at=at)
    if open_to_all:
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def staff_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A rendition by its name, or ``original``, for those who may see the stored file; never cached.

    Playlists name what they list by its content, as at public addresses: that is found here, too.
    """
    stored = StoredFile.objects.filter(pk=pk).defer("extracted").first()
    if stored is None or not access.may_see_file(request.user, stored):
        raise Http404
    if name == "original":
        return send(request, stored, cache=PRIVATE_CACHE, save_as=stored.original_name)
    rendition = stored.renditions.filter(name=name).first()
    if rendition is None and (digest := digest_in(name)):
        rendition = stored.renditions.filter(sha256__startswith=digest).order_by("pk").first()
    if rendition is None:
        raise Http404
    save_as = _download_name(stored.original_name, rendition) if "download" in request.GET else None
    return send(request, rendition, cache=PRIVATE_CACHE, save_as=save_as)


def send(request: HttpRequest, bytes_of: Sent, *, cache: str, save_as: str | None = None) -> HttpResponseBase:
    """Answer with stored or written bytes: 200, 206, 304 or 416, with exact lengths and a strong ETag."""
    etag = f'"{bytes_of.sha256[:32]}"'
    if _matches(request.headers.get("If-None-Match", ""), etag):
        response: HttpResponseBase = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = _body(request, bytes_of, etag=etag)
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    if bytes_of.media_type == "application/pdf":
        response["Content-Security-Policy"] = _READER
        response["X-Frame-Options"] = "SAMEORIGIN"
    else:
        response["Content-Security-Policy"] = _SANDBOX
    if response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        response["Content-Disposition"] = _disposition(save_as)
    return response


def _known(request: HttpRequest) -> Any:
    """The user of who is signed in. Of others nothing is read, so that one copy in a cache serves them all."""
    return request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None


def _begins(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A part further on belongs to a download that began earlier; a HEAD fetches nothing."""
    if request.method != "GET":
        return False
    part = response.get("Content-Range", "")
    return response.status_code == HTTPStatus.OK or part.startswith("bytes 0-")


def _named(resource: Resource | None, name: str) -> Rendition | None:
    digest = digest_in(name)
    if digest is None:
        return None
    if resource is None:
        return None
    plain = Q(uncredited_sha256="", sha256__startswith=digest)
    theirs = Rendition.objects.filter(file__assets__resource=resource).order_by("pk")
    found = theirs.filter(plain | Q(uncredited_sha256__startswith=digest)).first()
    return found or _cut_anew(theirs, name)


def _cut_anew(theirs: QuerySet[Rendition], name: str) -> Rendition | None:
    """A crop round another focal point is the same picture for who holds its old address."""
    cut = _CUT.search(name)
    return theirs.filter(name=f"{cut[1]}.jpg", purpose=Purpose.CROP).first() if cut else None


def _needs_right(rendition: Rendition, *, download: bool) -> bool:
    """Whether the terms must open it: every download, what is made for radio stations, and the public copy unless
    it is what the player plays."""
    if download or rendition.purpose == Purpose.BROADCAST:
        return True
    return rendition.purpose == Purpose.DOWNLOAD and not rendition.media_type.startswith(_PLAYED)


def _may_have(user: Any, resource: Resource, rendition: Rendition, *, download: bool, at: datetime) -> bool:
    if _needs_right(rendition, download=download):
        return access.may_download(user, resource, at)
    return access.may_view(user, resource, at)


def gone(resource: Resource) -> HttpResponse:
    """Only what was published once tells that it is withdrawn; a draft never was there."""
    if not access.tells_withdrawal(resource):
        raise Http404
    told = _("This was withdrawn. Reason: %(reason)s") % {"reason": resource.withdrawn_reason}
    response = HttpResponse(told, status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _body(request: HttpRequest, bytes_of: Sent, *, etag: str) -> HttpResponseBase:
    prefix: str = settings.FILES_ACCEL_PREFIX
    if prefix and not isinstance(bytes_of, (Written, Composed)):
        response: HttpResponseBase = HttpResponse(content_type=_content_type(bytes_of))
        response["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{quote(bytes_of.storage_name)}"
        return response
    try:
        span = _span(request, bytes_of.size, etag=etag)
    except Unsatisfiable:
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{bytes_of.size}"
        return response
    return _streamed(request, bytes_of, span)


def _streamed(request: HttpRequest, bytes_of: Sent, span: Span | None) -> HttpResponseBase:
    start, length = (span.start, span.length) if span else (0, bytes_of.size)
    content_type = _content_type(bytes_of)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=content_type)
    elif isinstance(bytes_of, Written):
        response = HttpResponse(bytes_of.body[start : start + length], content_type=content_type)
    elif isinstance(bytes_of, Composed):
        response = StreamingHttpResponse(bytes_of.read(start, length), content_type=content_type)
    else:
        try:
            chunks = open_range(bytes_of.storage_name, start=start, length=length)
        except FileNotFoundError as error:
            raise Http404 from error
        response = StreamingHttpResponse(chunks, content_type=content_type)
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    if span:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{bytes_of.size}"
    return response


def _content_type(bytes_of: Sent) -> str:
    text = bytes_of.media_type.startswith("text/")
    return f"{bytes_of.media_type}; charset=utf-8" if text else bytes_of.media_type


def _span(request: HttpRequest, size: int, *, etag: str) -> Span | None:
    """The part that is asked for, if what the client has a part of is still this."""
    condition = request.headers.get("If-Range")
    if "Range" not in request.headers or (condition is not None and condition.strip() != etag):
        return None
    return parse_range(request.headers["Range"], size=size)


def _matches(header: str, etag: str) -> bool:
    named = {entry.strip().removeprefix("W/") for entry in header.split(",")}
    return "*" in named or etag in named


def _disposition(save_as: str | None) -> str:
    """RFC 6266: a plain name for old clients, the Vietnamese one in UTF-8 for the others."""
    if save_as is None:
        return "inline"
    stem, _dot, ending = save_as.rpartition(".")
    plain = f"{slug(stem)}.{re.sub(r'[^A-Za-z0-9]', '', ending)[:5]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(save_as, safe='')}"


def _download_name(title: str, rendition: Rendition) -> str:
    """``title``, the size of one of several, and the ending, without signs that a file system forbids."""
    words = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", title).split()
    stem = " ".join(words)[:120].strip(" .") or "kho57"
    known = EXTENSIONS.get(rendition.media_type)
    sized = rendition.purpose in _SIZED and rendition.width and rendition.height
    size = f" {rendition.width}x{rendition.height}" if sized else ""
    return f"{stem}{size}{known[0] if known else ''}"
