"""Who is missing: the lead department sees them, opens a draft to each, or has our letter sent."""

from __future__ import annotations

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

from cms.coverage import reminding
from search.editing.viewsets import ForTheLead

NAME = "kho57_coverage_missing"


class MissingView(WagtailAdminTemplateMixin, TemplateView):
    """The list. ``POST`` with agencies asks first, with ``confirmed`` as well it has the letters sent."""

    template_name = "coverage/missing.html"
    page_title = gettext_lazy("Who is missing")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, rows = timezone.now(), reminding.missing()
        told = [
            {
                "missing": one,
                "why": _(one.line.place.problem) if one.line.place and one.line.place.problem else "",
                "may": one.may_be_reminded(at),
                "draft": one.draft(),
            }
            for one in rows
        ]
        return super().get_context_data(rows=told, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        at, wanted = timezone.now(), set(request.POST.getlist("agency"))
        chosen = [one for one in reminding.missing() if one.line.agency.code in wanted]
        possible = [one for one in chosen if one.may_be_reminded(at)]
        if not possible:
            messages.warning(request, _("Nobody was written to: choose agencies that can be reminded."))
            return redirect(reverse(f"{NAME}:index"))
        if "confirmed" not in request.POST:
            return self.render_to_response(self._question(possible))
        ordered = reminding.order(possible, by=request.user, at=at)
        told = ngettext(
            "A letter is on its way to %(count)d agency.",
            "Letters are on their way to %(count)d agencies.",
            len(ordered),
        )
        messages.success(request, told % {"count": len(ordered)})
        return redirect(reverse(f"{NAME}:index"))

    def _question(self, possible: list[reminding.Missing]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data()
        return {**context, "asked": possible, "letter": reminding.text(possible[0].line)}


class MissingViewSet(ForTheLead):
    name = NAME
    url_prefix = "coverage-missing"
    icon = "mail"
    menu_label = gettext_lazy("Who is missing")
    menu_order = 156
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", MissingView.as_view(), name="index")]
