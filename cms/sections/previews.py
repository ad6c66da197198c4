"""What an editor sees before it is public: a draft as it will stand in an agency's frame, a section unsaved.

Nothing here has a public address: the admin calls these after asking who may see the draft.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from cms.sections import page
from cms.sections.candidates import shown_in
from cms.sections.entries import entry, publication
from cms.sections.models import Section
from cms.sections.views import give_agency, page_of, resource_html
from media_library.files import staff_address
from media_library.models import Rendition, Resource


def resource(request: HttpRequest, draft: Resource) -> HttpResponse:
    """``draft``, which may be unsaved, as the frame of one resource; files from where staff may see them."""
    with translation.override(draft.language):
        shown = entry(draft, language=draft.language, address=_staff)
        html = resource_html(shown, draft, language=draft.language, address=_staff)
    return _private(html.encode())


def section(request: HttpRequest, draft: Section, *, as_page: bool) -> HttpResponse:
    """``draft``, which may be unsaved, as an agency's frame or as a page of ours, with what is public now."""
    at = timezone.now()
    language = (translation.get_language() or "vi")[:2]
    language = language if language in dict(settings.LANGUAGES) else "vi"
    with translation.override(language):
        if as_page:
            return page_of(request, draft, at=at, preview=True)
        give_agency(draft)
        return _private(page.write(publication(draft, shown_in(draft, at), language=language)))


def _staff(_resource: Resource, rendition: Rendition) -> str:
    return staff_address(rendition)


def _private(html: bytes) -> HttpResponse:
    response = HttpResponse(html, content_type=page.MEDIA_TYPE)
    response["Cache-Control"] = "private, no-store"
    return response
