"""What the indexes have yet to hear of, and what failed for good: seen and tried again by the lead department."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library.models import Resource
from search import indexing
from search.editing.viewsets import Reserved
from search.models import PendingChange

PAGE = 50
"""Failed changes of one page."""
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Failed:
    """A change that failed for good, with its resource (None: it is gone) and why in plain words."""

    change: PendingChange
    resource: Resource | None
    why: str

    @property
    def edit_url(self) -> str:
        return reverse(Resource.snippet_viewset.get_url_name("edit"), args=[self.change.resource_id])


def failed(*, after: int) -> tuple[list[Failed], int | None]:
    """A page of failed changes with keys above ``after``, and the last key where there are more."""
    rows = list(PendingChange.objects.filter(dead=True, pk__gt=after).order_by("pk")[: PAGE + 1])
    page = rows[:PAGE]
    resources = Resource.objects.select_related("agency").in_bulk([row.resource_id for row in page])
    found = [Failed(row, resources.get(row.resource_id), in_plain_words(row.problem)) for row in page]
    return found, page[-1].pk if len(rows) > PAGE else None


def in_plain_words(problem: str) -> str:
    """What an editor can make of a stored ``ErrorType: message``."""
    kind = problem.partition(":")[0]
    if kind in ("Unavailable", "ConnectionError", "ConnectionTimeout", "OperationalError"):
        return _("The search engine did not answer.")
    if kind in ("FileNotFoundError", "OSError"):
        return _("A file of the resource could not be read.")
    return _("The search engine could not take in a text or value of this resource.")


class WaitingView(WagtailAdminTemplateMixin, TemplateView):
    """The queues, and the failed changes page by page. ``POST`` tries one or the chosen ones again."""

    template_name = "search/waiting.html"
    page_title = gettext_lazy("Waiting for the index")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, following = failed(after=_key(self.request.GET.get("after", "")))
        return super().get_context_data(queues=indexing.queues(), failed=rows, following=following, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        one = request.POST.get("again", "")
        given = [one] if one else request.POST.getlist("id")[: PAGE * 2]
        ids = [key for value in given if (key := _key(value))]
        _again(request, ids=ids)
        return redirect(reverse("kho57_search_waiting:index"))


class AllAgainView(WagtailAdminTemplateMixin, TemplateView):
    """Asks first, then tries everything again that failed for good."""

    template_name = "search/all_again.html"
    page_title = gettext_lazy("Try all again")
    header_icon = "resubmit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = PendingChange.objects.filter(dead=True).count()
        return super().get_context_data(number=number, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        _again(request, ids=None)
        return redirect(reverse("kho57_search_waiting:index"))


def _again(request: HttpRequest, *, ids: list[int] | None) -> None:
    number = indexing.try_again(at=timezone.now(), ids=ids)
    if number:
        text = ngettext("%(number)s is tried again now.", "%(number)s are tried again now.", number)
        messages.success(request, text % {"number": number})
    else:
        messages.warning(request, _("There was nothing to try again."))


def _key(value: str) -> int:
    """A primary key as it was sent; 0 for anything else."""
    key = int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0
    return key if key <= LARGEST_KEY else 0


class WaitingViewSet(Reserved):
    place = "waiting"
    icon = "tasks"
    menu_label = gettext_lazy("Waiting for the index")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", WaitingView.as_view(), name="index"),
            path("all-again/", AllAgainView.as_view(), name="all_again"),
        ]
