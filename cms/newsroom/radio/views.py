"""Pages for radio: the list of bulletins, a day's programme, its scripts, the week as one file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.language import interface_language
from cms.newsroom import uses
from cms.newsroom.radio import finding
from cms.newsroom.radio.asking import NoDay, Wanted, day_of
from cms.newsroom.radio.programme import programme, read_aloud
from cms.newsroom.radio.week import Empty, contents, count
from media_library.files import serving

_CACHE = "private, no-cache"
"""Whoever is signed in sees what they may do, so no cache keeps it for others."""


@require_safe
def radio(request: HttpRequest) -> HttpResponse:
    """Bulletins by day, length, agency, topic, audience and script, the newest first."""
    wanted, left_out = Wanted.parse(request.GET)
    context = finding.found(wanted, user=request.user, lang=interface_language(), at=timezone.now())
    context |= {"left_out": left_out, "robots": "noindex, follow" if request.GET else ""}
    return _page(request, "newsroom/radio.html", context, wrong=context["wrong_day"])


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The programme of a day, of today without one; what is typed wrong is told beside its field."""
    at, lang = timezone.now(), interface_language()
    day, typed, wrong = _asked(request, timezone.localtime(at).date())
    context = programme(day, user=request.user, lang=lang, at=at)
    context |= {"typed": typed, "wrong_day": wrong, "robots": "noindex, follow" if request.GET else ""}
    return _page(request, "newsroom/radio-day.html", context, wrong=wrong)


@require_safe
def scripts(request: HttpRequest) -> HttpResponse:
    """All scripts of a day in large type, each on a sheet of its own where they are printed."""
    at, lang = timezone.now(), interface_language()
    day, _typed, wrong = _asked(request, timezone.localtime(at).date())
    spoken = [] if wrong else read_aloud(day, lang=lang, at=at)
    if not spoken:
        raise Http404
    return _page(request, "newsroom/radio-scripts.html", {"day": day, "spoken": spoken, "robots": "noindex"})


@require_safe
def week_file(request: HttpRequest, week: str) -> HttpResponseBase:
    """The ZIP of a week: exact length, strong ETag, ranges."""
    at, lang = timezone.now(), interface_language()
    try:
        found = contents(week, user=request.user, lang=lang, at=at)
    except Empty as empty:
        raise Http404 from empty
    composed = serving.Composed(
        read=found.archive.read,
        size=found.archive.size,
        media_type="application/zip",
        sha256=found.digest,
    )
    save_as = f"kho57-{'ban-tin' if lang == 'vi' else 'bulletins'}-{week}.zip"
    response = serving.send(request, composed, cache=serving.PRIVATE_CACHE, save_as=save_as)
    if uses.begins(request, response):
        count(found.packed, user=request.user, at=at)
    return response


def _asked(request: HttpRequest, otherwise: date) -> tuple[date, str, bool]:
    """The day of the address, what was typed, and whether that is no day."""
    typed = request.GET.get("day", "").strip()[:40]
    if not typed:
        return otherwise, f"{otherwise:%d/%m/%Y}", False
    try:
        day = day_of(typed)
    except NoDay:
        return otherwise, typed, True
    return day, f"{day:%d/%m/%Y}", False


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    response = render(request, template, context, status=400 if wrong else 200)
    response["Cache-Control"] = "no-store" if wrong else _CACHE
    return response
