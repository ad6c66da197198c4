"""Two addresses for the script of the results page: asked, and followed. See :mod:`search.questions`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import structlog
from axes.helpers import get_client_ip_address
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from media_library.models import Resource
from search import askers, questions
from search.questions import Asking

MOST_BYTES = 4_096
_PROGRAM = re.compile(r"bot\b|bot/|crawl|spider|headless|preview|python|curl|wget", re.IGNORECASE)
log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """Count a search that the results page has shown; always 204."""
    at, given = timezone.now(), _given(request)
    if (asking := _asking(given)) is not None:
        try:
            who = askers.of(address=_address(request), browser=request.headers.get("User-Agent", ""), at=at)
            questions.asked(asking, asker=who, at=at)
        except DatabaseError:
            log.warning("question_not_counted", exc_info=True)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@never_cache
def clicked(request: HttpRequest) -> HttpResponse:
    """Count that a result was followed; always 204."""
    at, given = timezone.now(), _given(request)
    if (asking := _asking(given)) is not None:
        try:
            public = Resource.objects.public(at).filter(public_id=str(given.get("resource", ""))[:40])
            if (pk := public.values_list("pk", flat=True).first()) is not None:
                questions.clicked(asking, resource_id=pk, at=at)
        except DatabaseError:
            log.warning("click_not_counted", exc_info=True)
    return HttpResponse(status=204)


def _given(request: HttpRequest) -> QueryDict:
    """The small form that a page of this site sent for a reader; empty for anything else."""
    length = request.headers.get("Content-Length", "")
    short = length.isascii() and length.isdecimal() and int(length) <= MOST_BYTES
    if not short or not _own_page(request) or not _reader(request):
        return QueryDict()
    given = QueryDict(request.body.decode("ascii", "replace"))
    return QueryDict() if any("\0" in value for value in given.dict().values()) else given


def _asking(given: QueryDict) -> Asking | None:
    token = str(given.get("token", ""))
    return questions.redeem(token) if token else None


def _own_page(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this very site sent it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.get_host()


def _reader(request: HttpRequest) -> bool:
    """Neither a program that says so, nor staff at work."""
    browser = request.headers.get("User-Agent", "")
    return bool(browser) and not _PROGRAM.search(browser) and not request.user.is_authenticated


def _address(request: HttpRequest) -> str:
    """As the login's throttle takes it: proxies that are not trusted prove nothing."""
    return get_client_ip_address(request) or ""
