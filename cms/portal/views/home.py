"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.portal.home import home_context
from cms.portal.models import HomePage
from cms.portal.views.answers import page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The live first page of the language; without one everything but the editors' words and picks."""
    found = HomePage.objects.live().filter(locale__language_code=interface_language()).order_by("path")
    return page(request, "portal/home.html", home_context(page=found.first()))


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Vietnamese first, whatever the browser says: many here use one that is set to English."""
    return HttpResponseRedirect("/vi/")
