"""What the library states of a resource's files, signed: ``/r/{public_id}/manifest.json`` and ``manifest.sig``.

The signature is over the very bytes of the manifest, which are the same as long as the resource is: keys in
order, no spaces, UTF-8. How it is checked without us stands in ``docs/journalist.md``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.newsroom.authenticity import signing
from cms.newsroom.models.official import OfficialBytes
from media_library import access
from media_library.models import Resource

VERSION = "kho57-manifest/1"
_CACHE = "public, max-age=0, must-revalidate"
_KEY_CACHE = "public, max-age=3600"


@require_safe
def manifest(request: HttpRequest, public_id: str) -> HttpResponse:
    """The manifest of a public resource. Hidden and missing answer alike; withdrawn answers 410."""
    return _answer(public_id, media_type="application/json", signed=False)


@require_safe
def signature(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 64 bytes of the manifest's signature."""
    return _answer(public_id, media_type="application/octet-stream", signed=True)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key in use, as PEM."""
    response = HttpResponse(signing.public_pem(), content_type="application/x-pem-file")
    response["Cache-Control"] = _KEY_CACHE
    return response


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """Every public key that ever signed, as a JSON Web Key Set."""
    response = JsonResponse(signing.key_set(), content_type="application/jwk-set+json")
    response["Cache-Control"] = _KEY_CACHE
    return response


def _answer(public_id: str, *, media_type: str, signed: bool) -> HttpResponse:
    resource = Resource.objects.select_related("agency", "locale").identified_by(public_id)
    at = timezone.now()
    if resource is None or not access.is_public(resource, at):
        return _refused(resource, at)
    body = stated(resource)
    response = HttpResponse(signing.sign(body) if signed else body, content_type=media_type)
    response["Cache-Control"] = _CACHE
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _refused(resource: Resource | None, at: datetime) -> HttpResponse:
    """404, unless everyone may learn that the resource was withdrawn (410) or that it comes (403)."""
    if resource is not None and access.tells_withdrawal(resource):
        status = HTTPStatus.GONE
        told = _("This was withdrawn. Reason: %(reason)s") % {"reason": resource.withdrawn_reason}
    elif resource is not None and access.tells_embargo(resource, at):
        status, told = HTTPStatus.FORBIDDEN, _("This resource is announced and not yet public.")
    else:
        raise Http404
    response = HttpResponse(told, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def stated(resource: Resource) -> bytes:
    """The bytes that are signed; two queries."""
    official = OfficialBytes.objects.filter(resource=resource, until__isnull=True).order_by("name", "sha256")
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    told: dict[str, Any] = {
        "version": VERSION,
        "key": signing.key_id(),
        "resource": resource.public_id,
        "address": f"{base}{resource.get_absolute_url()}",
        "title": resource.title,
        "language": resource.locale.language_code,
        "publisher": {"code": resource.agency.code, "name": resource.agency.name},
        "license": resource.licence,
        "licenseUrl": resource.licence_terms.url,
        "creditText": resource.credit_line,
        "datePublished": _stamp(resource.first_published_at),
        "dateModified": _stamp(resource.last_published_at),
        "files": [
            {"name": one.name, "sha256": one.sha256, "size": one.size, "encodingFormat": one.media_type}
            for one in official
        ],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
