"""A request to the library, by whoever did not find what they looked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms.portal.views.answers import OWN_CACHE, page
from search import text
from search.request import LONGEST_QUERY
from search.wishes import WishForm, receive


# Public pages set no cookie, so there is no token to compare; a post acts on nobody's authority.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """The form, filled in with ``q``. What another site posts is shown and not taken in."""
    if request.method != "POST":
        words = text.canonical(request.GET.get("q", "")[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
        return _form(request, WishForm(initial={"question": words}))
    form = WishForm(request.POST)
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or not form.is_valid():
        return _form(request, form)
    if not receive(form, request=request, at=timezone.now()):
        return _form(request, form, throttled=True)
    return HttpResponseRedirect(reverse("portal:request-sent"))


def _form(request: HttpRequest, form: WishForm, *, throttled: bool = False) -> HttpResponse:
    context = {"form": form, "throttled": throttled, "robots": "noindex"}
    return page(request, "portal/wish.html", context, status=429 if throttled else 200, cache=OWN_CACHE)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Thanks, and ways back into the library."""
    return page(request, "portal/wish-sent.html", {"robots": "noindex"})
