"""Letters in the admin: what could not be delivered, for the lead department to mend or to leave."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

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
        rows = list(_after(self.request.GET.get("before", "")).select_related("person")[: PAGE + 1])
        following = rows[PAGE - 1].pk if len(rows) > PAGE else None
        return super().get_context_data(rows=rows[:PAGE], following=following, waiting=_waiting(), **kwargs)


def _after(key: str) -> Any:
    failed = Letter.objects.filter(state__in=FAILED).order_by("-ended_at", "-pk")
    last = failed.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 16 else None
    if last is None:
        return failed
    return failed.filter(Q(ended_at__lt=last.ended_at) | Q(ended_at=last.ended_at, pk__lt=last.pk))


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
