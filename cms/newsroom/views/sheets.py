"""Contact sheets of one's own lightbox, and of one that was shared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.newsroom import sheet as sheets
from cms.newsroom import shown
from cms.newsroom.models import Lightbox
from cms.newsroom.views.lightboxes import own
from cms.newsroom.views.sharing import ended, link_of, open_now
from media_library.files.serving import PRIVATE_CACHE
from media_library.text import slug


@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponseBase:
    box = own(request, key)
    return _drawn(request, box, user=request.user)


@require_safe
def shared_sheet(request: HttpRequest, token: str) -> HttpResponseBase:
    link = link_of(token)
    if not open_now(link):
        return ended(request)
    return _drawn(request, link.lightbox, user=None)


def _drawn(request: HttpRequest, box: Lightbox, *, user: object) -> HttpResponse:
    entries = shown.shown(box, user=user, at=timezone.now())
    address = f"{request.scheme}://{request.get_host()}"
    body = sheets.drawn(entries, title=box.title, lang=interface_language(), address=address)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug(box.title, limit=60)}.pdf"'
    response["Cache-Control"] = PRIVATE_CACHE
    response["X-Content-Type-Options"] = "nosniff"
    return response
