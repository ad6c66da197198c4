"""The public page of coverage, and the same as CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.coverage import history
from cms.coverage.judging import Line, lines
from cms.coverage.models import Verdict
from media_library.models import AgencyType
from media_library.text import unarmed

CACHE = "public, max-age=0, must-revalidate"
COLUMNS = ("code", "agency", "type", "verdict", "since", "newest", "form", "page")
WAITING = "waiting"
"""The filter for all that are not live."""


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How many agencies have a live section, by group, by agency (``?state=`` narrows), and day by day."""
    at, found = timezone.now(), lines()
    language = translation.get_language() or "vi"
    counts = {verdict: sum(line.verdict == verdict for line in found) for verdict in Verdict}
    state = _state(request.GET.get("state", ""))
    shown = [line for line in found if _matches(line, state)]
    context = {
        "live": counts[Verdict.LIVE],
        "total": len(found),
        "segments": _segments(counts, len(found)),
        "charts": history.charts(found, at=at),
        "first": timezone.localdate(at) - timedelta(days=history.DAYS - 1),
        "today": timezone.localdate(at),
        "states": _states(counts, len(found)),
        "state": state,
        "rows": [{"line": line, "label": line.agency.label_in(language)} for line in shown],
        "seen": _last_visit(found),
        "demonstration": settings.DEMONSTRATION and any(_made_up(line) for line in found),
    }
    response = render(request, "coverage/coverage.html", context)
    response["Cache-Control"] = CACHE
    return response


def _state(asked: str) -> str:
    return asked if asked == WAITING or asked in Verdict.values else ""


def _matches(line: Line, state: str) -> bool:
    return not state or line.verdict == state or (state == WAITING and line.verdict != Verdict.LIVE)


def _states(counts: dict[Verdict, int], total: int) -> list[tuple[str, str]]:
    waiting = total - counts[Verdict.LIVE]
    return [
        ("", _("All %(count)d") % {"count": total}),
        (WAITING, _("To be reminded (%(count)d)") % {"count": waiting}),
        *((verdict.value, f"{verdict.label} ({number})") for verdict, number in counts.items()),
    ]


def _segments(counts: dict[Verdict, int], total: int) -> list[dict[str, Any]]:
    """Parts of one bar, in hundredths of its width."""
    begun, parts = 0, []
    for verdict, number in counts.items():
        x, width = (f"{100 * part / max(1, total):.2f}%" for part in (begun, number))
        parts.append(
            {"verdict": verdict, "label": _meaning(verdict), "count": number, "x": x, "width": width}
        )
        begun += number
    return parts


def _meaning(verdict: Verdict) -> str:
    return {
        Verdict.LIVE: _("live: something new within the limit"),
        Verdict.STALE: _("stale: nothing new within the limit"),
        Verdict.EMPTY: _("empty: embedded, but it shows nothing"),
        Verdict.UNREACHABLE: _("unreachable: the page does not answer"),
        Verdict.MISSING: _("not found: not embedded, or no page named"),
    }[verdict]


def _last_visit(found: Collection[Line]) -> datetime | None:
    visits = [line.place.visited_at for line in found if line.place and line.place.visited_at]
    return max(visits, default=None)


def _made_up(line: Line) -> bool:
    """RFC 2606, 2: nothing real stands below ``.example``."""
    return line.place is not None and line.place.host.endswith(".example")


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """One line for an agency, with a byte order mark so that Excel reads the letters."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for row in _rows(lines()):
        out.writerow([unarmed(str(row[name] or "")) for name in COLUMNS])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    response["Cache-Control"] = CACHE
    return response


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same, and how many were live on each of the last days on record."""
    at, found = timezone.now(), lines()
    told = {
        "live": sum(line.verdict == Verdict.LIVE for line in found),
        "total": len(found),
        "agencies": _rows(found),
        "days": [
            {"day": day.isoformat(), "live": live, "total": all_}
            for day, of_types in history.counts(today=timezone.localdate(at)).items()
            for live, all_ in [history.total(of_types, AgencyType.values)]
        ],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = CACHE
    return response


def _rows(found: Collection[Line]) -> list[dict[str, Any]]:
    language = translation.get_language() or "vi"
    return [
        {
            "code": line.agency.code,
            "agency": line.agency.label_in(language),
            "type": line.agency.type,
            "verdict": line.verdict.value,
            "since": _iso(line.place.since if line.place else None),
            "newest": _iso(line.place.newest if line.place else None),
            "form": (line.place.form or None) if line.place else None,
            "page": line.place.url if line.place else None,
        }
        for line in found
    ]


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
