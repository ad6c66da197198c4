"""``/takedown/{token}/confirm``: another system says that its copies are gone.

Signed with the secret that its notices are signed with. Every answer is JSON; a token that does not exist cannot
be told from one whose system was removed.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cms.notifying import signing, takedown
from cms.notifying.models import Notice

LIMIT = 16 * 1024


@csrf_exempt
def confirm(request: HttpRequest, token: uuid.UUID) -> JsonResponse:
    """``POST {"confirmed": "urn:uuid:…"}`` with ``X-Hub-Signature``; twice is as good as once."""
    if request.method != "POST":
        return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "Send it by POST.")
    notice = Notice.objects.select_related("subscriber").filter(token=token).first()
    if notice is None or notice.subscriber is None:
        return _refused(HTTPStatus.NOT_FOUND, "There is no such notice.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LIMIT:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send at most {LIMIT} bytes.")
    body = request.body
    if not signing.is_signed(notice.subscriber.secret, body, request.headers.get(signing.HEADER, "")):
        reason = f"{signing.HEADER} must be sha256= and the HMAC-SHA256 of the body with your secret, in hex."
        return _refused(HTTPStatus.FORBIDDEN, reason)
    if takedown.confirmed_in(body) != notice.urn:
        return _refused(HTTPStatus.BAD_REQUEST, f'The body must be {{"confirmed": "{notice.urn}"}}.')
    takedown.confirm(notice, at=timezone.now())
    return _answer({"confirmed": notice.urn}, HTTPStatus.OK)


def _refused(status: HTTPStatus, reason: str) -> JsonResponse:
    response = _answer({"error": reason}, status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = "POST"
    return response


def _answer(said: dict[str, str], status: HTTPStatus) -> JsonResponse:
    response = JsonResponse(said, status=status)
    response["Cache-Control"] = "no-store"
    return response
