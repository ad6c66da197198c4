"""Following a topic, an agency or a resource, from a button that stands on pages which are the same for all."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cms.language import interface_language
from cms.newsroom.letters import following
from cms.newsroom.views.from_here import from_here_only
from cms.newsroom.views.notices import private
from media_library.models import Resource


@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """``POST`` with ``what`` (topic, agency, resource) and ``code``. Who is not signed in is asked to, and comes
    back to the same question by GET, which follows nothing.
    """
    asked = request.POST if request.method == "POST" else request.GET
    what, code = asked.get("what", "")[:20], asked.get("code", "")[:100]
    here = f"{reverse('newsroom:follow')}?{urlencode({'what': what, 'code': code})}"
    if not request.user.is_authenticated:
        return redirect_to_login(here)
    at = timezone.now()
    try:
        thing = following.find(what, code, at=at)
    except following.Unknown as error:
        raise Http404 from error
    if request.method != "POST":
        name = thing.title if isinstance(thing, Resource) else thing.label_in(interface_language())
        context = {"what": what, "code": code, "name": name, "robots": "noindex"}
        return private(render(request, "newsroom/follow.html", context))
    told = "followed"
    try:
        following.follow(request.user, thing, at=at)
    except following.TooMany:
        told = "full"
    return HttpResponseRedirect(f"{reverse('newsroom:notices')}?told={told}")
