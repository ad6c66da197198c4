"""The page of the media in the admin: who took what for which purpose, row by row and as a table to keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom import leafing
from cms.newsroom.media import figures
from cms.newsroom.media.asked import Asked
from cms.newsroom.models import Use
from media_library.files.serving import PRIVATE_CACHE
from media_library.reuse import Purpose
from search.editing import export

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
        leaf = leafing.newest(
            figures.told(chosen(self.request, asked)),
            after=self.request.GET.get("before", ""),
            size=PAGE,
            by="at",
        )
        following = asked.query(days, before=leaf.after) if leaf.after else ""
        return super().get_context_data(
            form=asked,
            days=days,
            rows=leaf.rows,
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
    """The same as CSV, streamed."""
    response = export.as_csv(_lines(chosen(request, Asked(request.GET))), name="uses")
    response["Cache-Control"] = PRIVATE_CACHE
    return response


def _lines(rows: QuerySet[Use]) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for use in figures.lines(rows):
        resource, at = use.resource, timezone.localtime(use.at).isoformat(timespec="seconds")
        told = (resource.public_id, resource.title, resource.agency.name)
        yield (at, *told, use.offer, use.purpose, use.outlet)
