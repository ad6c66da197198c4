"""Resumable uploads over HTTP: tus 1.0.0 (https://tus.io/protocols/resumable-upload) for signed-in staff.

Extensions: creation, creation-with-upload, checksum, expiration, termination. Every address works with the
session and its CSRF token in ``X-CSRFToken``. Refusals carry ``{"code", "problem"}``, a sentence to show.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_protect
from wagtail.admin.auth import require_admin_access

from media_library.intake import upload_checksum, upload_metadata, upload_room
from media_library.intake import uploads as intake
from media_library.intake.rejection import Rejected
from media_library.intake.upload_finish import finish_inline
from media_library.intake.upload_refusal import UploadRefused, status_of
from media_library.models import Upload, UploadState

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PART = "application/offset+octet-stream"
_UNVERSIONED = ("GET", "OPTIONS")
_NUMBER = re.compile(r"[0-9]{1,30}")
_HUGE = 10**18
_USUAL_PART = 32 << 20
Method = Callable[..., HttpResponse]


def uploads(request: HttpRequest) -> HttpResponseBase:
    """``POST`` begins an upload, with its first bytes if it carries some; ``OPTIONS`` describes."""
    return _answer(request, {"POST": _create, "OPTIONS": _describe})


def upload(request: HttpRequest, token: str) -> HttpResponseBase:
    """``HEAD`` tells where it stands, ``PATCH`` adds, ``DELETE`` cancels; ``GET`` tells its state as JSON."""
    methods: dict[str, Method] = {
        "HEAD": _head,
        "PATCH": _patch,
        "DELETE": _delete,
        "GET": _state,
        "OPTIONS": _describe,
    }
    return _answer(request, methods, token=token)


def _answer(request: HttpRequest, methods: dict[str, Method], **address: str) -> HttpResponseBase:
    # Without it the admin would send to its sign-in page, which no upload can follow.
    user: Any = request.user
    if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
        return _refused(UploadRefused("upload_signed_out"))
    view = require_admin_access(_overridden(request, _in_protocol(methods)))
    response: HttpResponseBase = view(request, **address)
    return response


def _in_protocol(methods: dict[str, Method]) -> Method:
    def answer(request: HttpRequest, **address: str) -> HttpResponse:
        method = methods.get(request.method or "")
        if method is None:
            response = HttpResponse(
                status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(methods)}
            )
        elif request.method not in _UNVERSIONED and request.headers.get("Tus-Resumable") != VERSION:
            response = _refused(UploadRefused("upload_version"))
            response["Tus-Version"] = VERSION
        else:
            try:
                response = method(request, **address)
            except Rejected as refusal:
                response = _refused(refusal)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            _let_it_finish(request)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _let_it_finish(request: HttpRequest) -> None:
    """Read away a part of usual length: while a browser sends, it hears no answer, and thinks the line lost."""
    if _told(request) > _USUAL_PART:
        return
    with contextlib.suppress(OSError):
        while request.read(intake.CHUNK):
            pass


def _overridden(request: HttpRequest, view: Method) -> Method:
    """``X-HTTP-Method-Override`` is the method, as the protocol wants, and must then pass the CSRF check."""
    override = request.headers.get("X-HTTP-Method-Override", "").strip().upper()
    if not override:
        return view
    request.method = override
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    return csrf_protect(view)


def _describe(request: HttpRequest, **address: str) -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(upload_room.largest())
    response["Tus-Checksum-Algorithm"] = ",".join(upload_checksum.ALGORITHMS)
    return response


def _create(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("media_library.add_resource"):
        raise UploadRefused("upload_agency")
    size = _body(request)
    if size and request.content_type != PART:
        raise UploadRefused("upload_type")
    length = _number(request, "Upload-Length")
    if "Upload-Defer-Length" in request.headers or length is None:
        raise UploadRefused("upload_header", header="Upload-Length")
    checksum = upload_checksum.parse(request.headers.get(upload_checksum.HEADER))
    told = upload_metadata.parse(request.headers.get(upload_metadata.HEADER, ""))
    at = timezone.now()
    row = intake.create(told=told, length=length, by=request.user, at=at)
    if size:
        try:
            row = intake.receive(upload=row, offset=0, stream=request, length=size, checksum=checksum, at=at)
        except Rejected:
            intake.cancel(row)
            raise
        finish_inline(row, at=at)
    response = _standing(row, status=HTTPStatus.CREATED)
    response["Location"] = reverse("media_library:upload", args=[row.token])
    return response


def _head(request: HttpRequest, token: str) -> HttpResponse:
    row = _find(request, token)
    row.offset = intake.present(row)
    response = _standing(row, status=HTTPStatus.OK)
    response["Upload-Length"] = str(row.length)
    if row.metadata:
        response["Upload-Metadata"] = row.metadata
    return response


def _patch(request: HttpRequest, token: str) -> HttpResponse:
    if request.content_type != PART:
        raise UploadRefused("upload_type")
    offset = _number(request, "Upload-Offset")
    if offset is None:
        raise UploadRefused("upload_header", header="Upload-Offset")
    checksum = upload_checksum.parse(request.headers.get(upload_checksum.HEADER))
    size, at = _body(request), timezone.now()
    row = _find(request, token)
    row = intake.receive(upload=row, offset=offset, stream=request, length=size, checksum=checksum, at=at)
    finish_inline(row, at=at)
    return _standing(row, status=HTTPStatus.NO_CONTENT)


def _delete(request: HttpRequest, token: str) -> HttpResponse:
    intake.cancel(_find(request, token))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _state(request: HttpRequest, token: str) -> HttpResponse:
    return JsonResponse(state_of(_find(request, token)))


def state_of(row: Upload) -> dict[str, Any]:
    """What a page shows of an upload. ``file``: key of the stored file once it is taken in, else null."""
    return {
        "token": row.token,
        "address": reverse("media_library:upload", args=[row.token]),
        "name": row.name,
        "path": row.path,
        "kind": row.kind,
        "length": row.length,
        "offset": intake.present(row),
        "state": row.state,
        "problem": row.problem,
        "file": row.file_id,
        "media_type": row.file.media_type if row.file else "",
        "expires": row.expires_at.isoformat(),
    }


def _find(request: HttpRequest, token: str) -> Upload:
    return intake.find(token=token, by=request.user, at=timezone.now())


def _standing(row: Upload, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Upload-Offset"] = str(row.offset)
    if row.state == UploadState.RECEIVING:
        response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    return response


def _number(request: HttpRequest, header: str) -> int | None:
    """A number of bytes; None where the header is missing. Raises for anything that is no such number."""
    value = request.headers.get(header)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value.strip()):
        raise UploadRefused("upload_header", header=header)
    return min(int(value), _HUGE)


def _body(request: HttpRequest) -> int:
    """How many bytes the request carries; they are read from it as they come, never as a whole."""
    if not request.META.get("CONTENT_LENGTH") and "Transfer-Encoding" in request.headers:
        raise UploadRefused("upload_length_unknown")
    return _told(request)


def _told(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() else 0


def _refused(refusal: Rejected) -> HttpResponse:
    body = {"code": refusal.code, "problem": refusal.message}
    response = JsonResponse(body, status=status_of(refusal), json_dumps_params={"ensure_ascii": False})
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    return response
