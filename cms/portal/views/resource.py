"""A resource at its own address, and its citations."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.portal.agencies import Directory
from cms.portal.presenting import citation_of, resource_context, structured_data
from cms.portal.script import script_context
from cms.portal.views.answers import page
from cms.refusing import refusal
from media_library.models import Resource

LONGEST_SECOND = 7 * 24 * 3600


@require_safe
def resource(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """The page; the interface speaks the language of the address, the resource keeps its own."""
    at = timezone.now()
    found = (
        Resource.objects.public(at).with_cards().prefetch_related("chapters").identified_by(public_id.lower())
    )
    if found is None:
        return refusal(request, public_id=public_id.lower(), at=at)
    if slug != found.slug or public_id != found.public_id:
        return _moved(request, found)
    context = resource_context(resource=found, at=at, second=_second(request.GET.get("t", "")))
    context["structured"] = structured_data(context)
    response = page(request, "portal/resource.html", context)
    return _streaming(response) if context["stream"] else response


def _streaming(response: HttpResponse) -> HttpResponse:
    """Where a script feeds the player (Media Source Extensions), its picture comes from a ``blob:``."""
    response._csp_update = {"media-src": "blob:"}  # type: ignore[attr-defined]
    return response


@require_safe
def script(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """What is said, in large type, for who reads it aloud: at a commune's loudspeaker, in a class."""
    at = timezone.now()
    found = Resource.objects.public(at).with_cards().identified_by(public_id.lower())
    if found is None:
        return refusal(request, public_id=public_id.lower(), at=at)
    spoken = script_context(found)
    if spoken is None:
        raise Http404
    if slug != found.slug or public_id != found.public_id:
        address = reverse("portal:script", kwargs={"public_id": found.public_id, "slug": found.slug})
        return HttpResponsePermanentRedirect(address)
    return page(request, "portal/script.html", spoken)


def _moved(request: HttpRequest, found: Resource) -> HttpResponse:
    query = request.GET.urlencode()
    address = found.get_absolute_url(interface_language())
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _second(text: str) -> int | None:
    """``83`` and ``83.5`` are seconds; anything else is left aside."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text):
        return None
    return min(int(float(text)), LONGEST_SECOND)


@require_safe
def citation(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """A citation as a file for reference managers: ``bib`` or ``ris``."""
    at = timezone.now()
    found = Resource.objects.public(at).select_related("agency", "locale").identified_by(public_id)
    if found is None:
        return refusal(request, public_id=public_id, at=at)
    cited = citation_of(found, Directory.load())
    types = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}
    text = cited.bibtex() if form == "bib" else cited.ris()
    response = HttpResponse(text, content_type=f"{types[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}.{form}"'
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response
