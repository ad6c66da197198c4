"""The page of the media in the admin: who took what for which purpose, row by row and as a table to keep."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom.media import figures
from cms.newsroom.media.asked import Asked
from cms.newsroom.models import Use
from media_library.reuse import Purpose
from media_library.text import unarmed

PAGE = 50
MOST_USED = 20


class MediaView(WagtailAdminTemplateMixin, TemplateView):
    """The figures; ``?after=`` the downloads and the name of the last outlet that was seen."""

    template_name = "newsroom/admin/media.html"
    page_title = gettext_lazy("Used by the media")
    header_icon = "openquote"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, asked = self.request.user, Asked(self.request.GET)
        days = asked.days(timezone.localdate())
        rows = figures.outlets(user, days, after=_place(self.request.GET.get("after", "")), count=PAGE + 1)
        last = rows[PAGE - 1] if len(rows) > PAGE else None
        return super().get_context_data(
            form=asked,
            days=days,
            totals=figures.totals(user, days),
            purposes=figures.by_purpose(user, days),
            labels=[each.label for each in Purpose],
            outlets=rows[:PAGE],
            resources=figures.resources(user, days, count=MOST_USED),
            question=asked.query(days),
            following=asked.query(days, after=f"{last.downloads}:{last.outlet}") if last else "",
            **kwargs,
        )


def _place(text: str) -> tuple[int, str] | None:
    number, colon, name = text.partition(":")
    told = colon and number.isascii() and number.isdecimal() and len(number) < 10 and "\x00" not in name
    return (int(number), name[:120]) if told else None


class UsesView(WagtailAdminTemplateMixin, TemplateView):
    """Downloads one by one, the newest first; ``?before=`` the key of the last that was seen."""

    template_name = "newsroom/admin/uses.html"
    page_title = gettext_lazy("Downloads one by one")
    header_icon = "download"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = Asked(self.request.GET)
        days = asked.days(timezone.localdate())
        rows = figures.newest(
            chosen(self.request, asked), before=self.request.GET.get("before", ""), count=PAGE + 1
        )
        following = asked.query(days, before=rows[PAGE - 1].pk) if len(rows) > PAGE else ""
        return super().get_context_data(
            form=asked,
            days=days,
            rows=rows[:PAGE],
            following=following,
            question=asked.query(days),
            kept=_kept(asked),
            back=f"{reverse('kho57_media')}?{asked.query(days, outlet='', resource='', purpose='')}",
            **kwargs,
        )


def _kept(asked: Asked) -> list[tuple[str, str, str]]:
    """What narrows the list, as name, value and words."""
    labels = {"outlet": _("Outlet"), "resource": _("Resource"), "purpose": _("Purpose")}
    return [(name, value, label) for name, label in labels.items() if (value := asked.value(name))]


def chosen(request: HttpRequest, asked: Asked) -> QuerySet[Use]:
    """Uses of the days, the outlet, the resource and the purpose that were asked for."""
    rows = figures.uses(request.user, asked.days(timezone.localdate()))
    if outlet := asked.value("outlet"):
        rows = rows.filter(outlet=outlet)
    if resource := asked.value("resource"):
        rows = rows.filter(resource__public_id=resource)
    if purpose := asked.value("purpose"):
        rows = rows.filter(purpose=purpose)
    return rows


COLUMNS = ("at", "resource", "title", "agency", "taken", "purpose", "outlet")


def table(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, streamed, with a byte order mark so that Excel reads the letters."""
    rows = chosen(request, Asked(request.GET))
    response = StreamingHttpResponse(_written(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="uses.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Line:
    """What csv writes to: the line is handed on."""

    def write(self, text: str) -> str:
        return text


def _written(rows: QuerySet[Use]) -> Iterator[str]:
    out = csv.writer(_Line())
    yield "\ufeff" + out.writerow(COLUMNS)
    for use in figures.lines(rows):
        resource = use.resource
        at = timezone.localtime(use.at).isoformat(timespec="seconds")
        cells = (
            at,
            resource.public_id,
            resource.title,
            resource.agency.name,
            use.offer,
            use.purpose,
            use.outlet,
        )
        yield out.writerow([unarmed(cell) for cell in cells])
