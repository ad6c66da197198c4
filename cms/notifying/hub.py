"""``/websub``: the hub of our own feeds (WebSub, W3C Recommendation 23 January 2018).

What is asked for is only written down here; a worker asks the callback whether it was meant. Nobody is told
whether an address follows a feed already.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from cms.notifying import following, posting, topics
from cms.notifying.following import Asking, Full
from cms.notifying.models import Mode
from cms.notifying.models.subscription import LONGEST_CALLBACK, LONGEST_SECRET
from media_library.intake.fetching import NotFetched

LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=30)
SHORTEST_LEASE = timedelta(hours=1)
LIMIT = 16 * 1024


class Refused(Exception):
    """The request is not understood or not granted; the message says what to do."""


@csrf_exempt
def answer(request: HttpRequest) -> HttpResponse:
    """202 where the callback will be asked; 400 with a sentence, 429 where too many wait."""
    with override("en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "vi"):
        if request.method != "POST":
            told = _(
                "This is the WebSub hub of Kho 57's feeds. Subscribe by POST with hub.mode, hub.topic and "
                "hub.callback."
            )
            response = _text(told, HTTPStatus.METHOD_NOT_ALLOWED)
            response["Allow"] = "POST"
            return response
        try:
            following.ask(parse(request), at=timezone.now())
        except Refused as refusal:
            return _text(str(refusal), HTTPStatus.BAD_REQUEST)
        except Full as full:
            response = _text(
                _("Too many requests wait to be confirmed. Try again later."), HTTPStatus.TOO_MANY_REQUESTS
            )
            response["Retry-After"] = str(full.seconds)
            return response
        return _text(_("Your address will be asked whether it wants this."), HTTPStatus.ACCEPTED)


def parse(request: HttpRequest) -> Asking:
    """The request, once. Raises :class:`Refused`."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LIMIT:
        raise Refused(_("The request is too long."))
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused(_("Send the request as application/x-www-form-urlencoded."))
    sent = request.POST
    mode = sent.get("hub.mode", "")
    if mode not in Mode.values:
        raise Refused(_("hub.mode must be “subscribe” or “unsubscribe”."))
    find = topics.named if mode == Mode.SUBSCRIBE else topics.path_of
    topic = find(sent.get("hub.topic", ""))
    if not topic:
        raise Refused(
            _(
                "hub.topic is no feed of a section of this site. Take the address that the feed names itself by."
            )
        )
    callback, host = _callback(sent.get("hub.callback", ""))
    return Asking(
        mode=Mode(mode),
        topic=topic,
        callback=callback,
        host=host,
        secret=_secret(sent.get("hub.secret", "")),
        lease=_lease(sent.get("hub.lease_seconds", "")),
    )


def _callback(url: str) -> tuple[str, str]:
    if len(url) > LONGEST_CALLBACK:
        raise Refused(_("hub.callback has more than %(limit)s characters.") % {"limit": LONGEST_CALLBACK})
    try:
        place = posting.place_of(url)
    except NotFetched as problem:
        raise Refused(f"hub.callback: {problem.message}") from problem
    if len(place.url) > LONGEST_CALLBACK:
        raise Refused(_("hub.callback has more than %(limit)s characters.") % {"limit": LONGEST_CALLBACK})
    return place.url, place.host


def _secret(given: str) -> str:
    if len(given.encode()) > LONGEST_SECRET or "\x00" in given:
        raise Refused(_("hub.secret must have less than 200 bytes."))
    return given


def _lease(given: str) -> timedelta:
    """What was asked for, within our bounds; the default where it is no number."""
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        return LEASE
    return min(max(timedelta(seconds=int(given)), SHORTEST_LEASE), LONGEST_LEASE)


def _text(words: str, status: HTTPStatus) -> HttpResponse:
    response = HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
