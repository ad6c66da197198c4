"""Who opened what before its time, for the agency that keeps it and for the lead department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom import leafing, naming
from cms.newsroom.models import EmbargoAcceptance, EmbargoOpening
from media_library.editing.elsewhere import Page
from media_library.models import Resource

PAGE = 50


class OpeningsView(WagtailAdminTemplateMixin, TemplateView):
    """Acceptances and openings of one resource, newest first; ``?before=`` the key of the last that was seen."""

    model = Resource
    template_name = "newsroom/admin/openings.html"
    page_title = gettext_lazy("Who opened it before its time")
    header_icon = "view"

    def setup(self, request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.resource = get_object_or_404(Resource.objects.manageable_by(request.user), pk=pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = EmbargoOpening.objects.filter(resource=self.resource)
        rows = rows.select_related("acceptance__user", "acceptance__accreditation")
        leaf = leafing.newest(rows, after=self.request.GET.get("before", ""), size=PAGE)
        shown = [{"row": row, "what": _told(row.what)} for row in leaf.rows]
        accepted = EmbargoAcceptance.objects.filter(resource=self.resource).count()
        edit = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[self.resource.pk])
        context = {"resource": self.resource, "shown": shown, "following": leaf.after, "accepted": accepted}
        return super().get_context_data(**context, edit_url=edit, **kwargs)


def _told(what: str) -> str:
    known = {"page": _("Read its page"), "kit": _("Took everything as a ZIP")}
    return known.get(what) or _("Took: %(file)s") % {"file": naming.label(what)}


def openings_of(resource: Resource, user: Any) -> Page | None:
    """The page of openings, where the press may open it early or has."""
    offered = resource.embargo_for_press and resource.embargo_until is not None
    if not offered and not EmbargoAcceptance.objects.filter(resource=resource).exists():
        return None
    return Page(reverse("kho57_openings", args=[resource.pk]), _("Who opened it before its time"))
