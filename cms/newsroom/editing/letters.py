"""Letters in the admin: what could not be delivered, for the lead department to mend or to leave."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom import leafing
from cms.newsroom.letters import outbox
from cms.newsroom.models import Letter, LetterState
from search.editing.viewsets import ForTheLead

PAGE = 50
FAILED = (LetterState.REFUSED, LetterState.GIVEN_UP)


class LettersView(WagtailAdminTemplateMixin, TemplateView):
    """Those that failed, the newest first; ``?before=`` the key of the last row that was seen."""

    template_name = "newsroom/letters-failed.html"
    page_title = gettext_lazy("Letters that did not arrive")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        failed = Letter.objects.filter(state__in=FAILED).select_related("person")
        leaf = leafing.newest(failed, after=self.request.GET.get("before", ""), size=PAGE, by="ended_at")
        return super().get_context_data(rows=leaf.rows, following=leaf.after, waiting=_waiting(), **kwargs)


def _waiting() -> dict[str, Any]:
    return Letter.objects.filter(state=LetterState.WAITING).aggregate(
        number=Count("pk"), since=Min("created_at")
    )


class LetterView(View):
    """``POST`` with ``act``: ``again`` sends it once more from the beginning, anything else leaves it away."""

    model = Letter

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = get_object_or_404(Letter, pk=pk, state__in=FAILED)
        if request.POST.get("act") == "again":
            outbox.again(letter, at=timezone.now())
            messages.success(request, _("It is sent again."))
        else:
            letter.delete()
            messages.success(request, _("It is listed no more."))
        return redirect(reverse("kho57_letters:index"))


class LettersViewSet(ForTheLead):
    name = "kho57_letters"
    url_prefix = "letters"
    icon = "mail"
    menu_label = gettext_lazy("Letters that did not arrive")
    menu_order = 860
    add_to_settings_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", LettersView.as_view(), name="index"),
            path("<int:pk>/", LetterView.as_view(), name="act"),
        ]
