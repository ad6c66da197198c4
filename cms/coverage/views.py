"""The public page of coverage, and the same as CSV and JSON."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cms.coverage.judging import Line, lines
from cms.coverage.models import Standing, Verdict
from media_library.models import AgencyType

CACHE = "public, max-age=0, must-revalidate"
DAYS = 30
"""Of the chart."""
COLUMNS = ("code", "agency", "type", "verdict", "since", "newest", "page")
_WIDTH, _HEIGHT = 260, 92


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How many agencies have a live section, by type, by agency, and day by day."""
    found = lines()
    language = translation.get_language() or "vi"
    counts = {verdict: sum(line.verdict == verdict for line in found) for verdict in Verdict}
    history = _history(len(found))
    context = {
        "live": counts[Verdict.LIVE],
        "total": len(found),
        "counts": [(verdict, verdict.label, number) for verdict, number in counts.items()],
        "types": _by_type(found),
        "rows": [{"line": line, "label": line.agency.label_in(language)} for line in found],
        "history": history,
        "seen": max(
            (line.place.visited_at for line in found if line.place and line.place.visited_at), default=None
        ),
    }
    response = render(request, "coverage/coverage.html", context)
    response["Cache-Control"] = CACHE
    return response


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """One line for an agency, with a byte order mark so that Excel reads the letters."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for row in _rows():
        out.writerow([_unarmed(str(row[name] or "")) for name in COLUMNS])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    response["Cache-Control"] = CACHE
    return response


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    rows = _rows()
    live = sum(row["verdict"] == Verdict.LIVE for row in rows)
    response = JsonResponse({"live": live, "total": len(rows), "agencies": rows})
    response["Cache-Control"] = CACHE
    return response


def _rows() -> list[dict[str, Any]]:
    language = translation.get_language() or "vi"
    return [
        {
            "code": line.agency.code,
            "agency": line.agency.label_in(language),
            "type": line.agency.type,
            "verdict": line.verdict.value,
            "since": _iso(line.place.since if line.place else None),
            "newest": _iso(line.place.newest if line.place else None),
            "page": line.place.url if line.place else None,
        }
        for line in lines()
    ]


def _iso(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _unarmed(text: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _by_type(found: list[Line]) -> list[tuple[str, int, int]]:
    """Label, how many are live, how many there are; types without an agency are left out."""
    told = []
    for kind in AgencyType:
        members = [line for line in found if line.agency.type == kind]
        if members:
            live = sum(line.verdict == Verdict.LIVE for line in members)
            told.append((str(kind.label), live, len(members)))
    return told


def _history(total: int) -> dict[str, Any]:
    """The last days on record as bars of a drawing, the oldest first (one query)."""
    counted = (
        Standing.objects.values("day")
        .annotate(live=Count("pk", filter=Q(verdict=Verdict.LIVE)), all=Count("pk"))
        .order_by("-day")[:DAYS]
    )
    days = list(counted)[::-1]
    step = _WIDTH / max(1, len(days))
    bars = [
        {
            "day": row["day"],
            "live": row["live"],
            "all": row["all"],
            "x": f"{place * step:.1f}",
            "width": f"{step * 0.7:.1f}",
            "y": f"{8 + _HEIGHT * (1 - row['live'] / max(1, row['all'])):.1f}",
            "height": f"{_HEIGHT * row['live'] / max(1, row['all']):.1f}",
        }
        for place, row in enumerate(days)
    ]
    return {"bars": bars, "first": bars[0] if bars else None, "last": bars[-1] if bars else None}
