"""What was asked, for the lead department: tables with bars, files, and a request for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library.text import clean_line
from search import trends
from search.editing import export
from search.editing.viewsets import Reserved
from search.models import Wish
from search.trends import FEW, TABLES, Line, Period

HEADINGS: dict[str, str | Promise] = {
    "asked": gettext_lazy("Asked most"),
    "nothing": gettext_lazy("Found nothing"),
    "unclicked": gettext_lazy("Found something, but nobody followed it"),
    "followed": gettext_lazy("Followed most"),
}


class TrendsView(WagtailAdminTemplateMixin, TemplateView):
    """``?days=`` 7, 30 or 90; with ``?export=csv`` or ``xlsx`` and ``?table=`` one table as a file."""

    template_name = "search/trends.html"
    page_title = gettext_lazy("What was asked")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.period = Period.of(request.GET.get("days", ""), at=timezone.now())
        form, table = request.GET.get("export", ""), request.GET.get("table", "")
        if form in _FORMS and table in TABLES:
            name = f"{table}-{self.period.first:%Y%m%d}-{self.period.last:%Y%m%d}"
            return _FORMS[form](_rows(table, self.period), name=name)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tables = [
            {"name": name, "heading": HEADINGS[name], "lines": found, "most": found[0].times if found else 0}
            for name in TABLES
            for found in [trends.lines(name, self.period)]
        ]
        return super().get_context_data(
            period=self.period, periods=trends.PERIODS, tables=tables, few=FEW, **kwargs
        )


_FORMS: dict[str, Any] = {"csv": export.as_csv, "xlsx": export.as_xlsx}


def _rows(table: str, period: Period) -> Iterator[list[str | int]]:
    """A heading, then the lines that are not too few to be told."""
    if table == "followed":
        yield [_("Resource"), _("Address"), _("Followed")]
    else:
        yield [_("Question"), _("Asked"), _("Found nothing"), _("Followed")]
    for line in trends.lines(table, period, most=None):
        if not line.few:
            yield _row(line)


def _row(line: Line) -> list[str | int]:
    if line.resource is not None:
        return [line.text, line.resource.get_absolute_url(), line.times]
    return [line.text, line.asked, line.nothing, line.clicked]


@require_POST
def wish_for(request: HttpRequest) -> HttpResponse:
    """Make an open request of a question that found nothing, and lead to its form."""
    question = clean_line(request.POST.get("question", ""))[:300]
    if not question:
        messages.warning(request, _("There is no question to make a request of."))
        return redirect(reverse("kho57_search_trends:index"))
    text = _("Readers look for “%(question)s” and find nothing.") % {"question": question}
    wish = Wish.objects.create(question=question, text=text, created_at=timezone.now())
    messages.success(request, _("It stands among the requests now: say what is wanted."))
    return redirect(reverse("kho57_search_wishes:edit", args=[wish.pk]))


class TrendsViewSet(Reserved):
    place = "trends"
    icon = "history"
    menu_label = gettext_lazy("What was asked")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TrendsView.as_view(), name="index"),
            path("wish/", wish_for, name="wish"),
        ]
