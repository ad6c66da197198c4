"""Accreditations in the admin, for the lead department: what waits, what was decided, and the decision."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom import leafing
from cms.newsroom.accreditation import deciding
from cms.newsroom.accreditation.forms import DecisionForm, end_of, usual_end
from cms.newsroom.models import Accreditation
from media_library.files import serving
from media_library.files.storage import open_range
from search.editing.viewsets import ForTheLead

NAME = "kho57_accreditations"
PAGE = 50
_STATE = Accreditation.State
_FILTERS: dict[str, str | Promise] = {
    "waiting": gettext_lazy("Waiting"),
    "granted": gettext_lazy("Granted"),
    "closed": gettext_lazy("Refused and ended"),
}
_CLOSED = (_STATE.REFUSED, _STATE.TAKEN_BACK, _STATE.ENDED)
_ACTS = {_STATE.WAITING: ("grant", "refuse"), _STATE.GRANTED: ("take_back",)}
_DONE: dict[str, str | Promise] = {
    "grant": gettext_lazy("Granted. The journalist is told by mail."),
    "refuse": gettext_lazy("Refused. The journalist is told the reason by mail."),
    "take_back": gettext_lazy("Taken back. It does not hold any more; the journalist is told by mail."),
}


class AccreditationsView(WagtailAdminTemplateMixin, TemplateView):
    """Newest first; ``?state=`` of :data:`_FILTERS`, ``?before=`` the key of the last row that was seen."""

    model = Accreditation
    template_name = "newsroom/admin/accreditations.html"
    page_title = gettext_lazy("Accreditation of the press")
    header_icon = "user"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, chosen = timezone.now(), self.request.GET.get("state", "")
        chosen = chosen if chosen in _FILTERS else "waiting"
        states = _CLOSED if chosen == "closed" else (chosen,)
        rows = Accreditation.objects.filter(state__in=states)
        leaf = leafing.newest(rows, after=self.request.GET.get("before", ""), size=PAGE, by="asked_at")
        shown = [{"row": row, "standing": row.standing(at)} for row in leaf.rows]
        filters = [(name, label, name == chosen) for name, label in _FILTERS.items()]
        context = {"shown": shown, "following": leaf.after, "filters": filters, "chosen": chosen}
        return super().get_context_data(**context, **kwargs)


def _known(pk: int) -> Accreditation:
    """A request whose address is confirmed: before that it is nobody's business. Raises :class:`Http404`."""
    return get_object_or_404(Accreditation.objects.exclude(state=_STATE.UNCONFIRMED), pk=pk)


class AccreditationView(WagtailAdminTemplateMixin, TemplateView):
    """One request with its decisions. A post decides; one that comes too late is told so, and changes nothing."""

    model = Accreditation
    template_name = "newsroom/admin/accreditation.html"
    page_title = gettext_lazy("Accreditation of the press")
    header_icon = "user"

    def setup(self, request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.row, self.at = _known(pk), timezone.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = self.row.standing(self.at)
        earlier = (
            Accreditation.objects.filter(user=self.row.user_id).exclude(user=None).exclude(pk=self.row.pk)
        )
        context = {
            "row": self.row,
            "standing": standing,
            "acts": _ACTS.get(standing, ()),
            "decisions": self.row.decisions.select_related("by"),
            "earlier": earlier.order_by("-asked_at", "-pk")[:10],
            "usual_end": usual_end(self.row, self.at),
            "form": DecisionForm(row=self.row, at=self.at),
        }
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DecisionForm(request.POST, row=self.row, at=self.at)
        if not form.is_valid():
            if "act" in form.errors:
                messages.warning(request, _("Nothing was decided. Please choose again."))
            return self.render_to_response(self.get_context_data(form=form), status=400)
        act = form.cleaned_data["act"]
        try:
            self._decide(act, form)
        except deciding.Overtaken:
            told = _(
                "Nothing was changed: somebody else has decided in the meantime. This is how it stands now."
            )
            messages.warning(request, told)
        else:
            messages.success(request, str(_DONE[act]))
        return redirect(reverse(f"{NAME}:one", args=[self.row.pk]))

    def _decide(self, act: str, form: DecisionForm) -> None:
        by, reason = self.request.user, form.cleaned_data["reason"]
        if act == "grant":
            until = end_of(form.cleaned_data["until"])
            deciding.grant(self.row, until=until, reason=reason, by=by, at=self.at)
        elif act == "refuse":
            deciding.refuse(self.row, reason=reason, by=by, at=self.at)
        else:
            deciding.take_back(self.row, reason=reason, by=by, at=self.at)


class ScanView(View):
    """The picture or PDF of the card, kept nowhere on the way."""

    model = Accreditation

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = _known(pk)
        if not row.scan:
            raise Http404
        stored = serving.Composed(
            read=lambda start, length: open_range(row.scan, start=start, length=length),
            size=row.scan_size,
            media_type=row.scan_type,
            sha256=row.scan.rpartition("/")[2],
        )
        try:
            return serving.send(request, stored, cache=serving.PRIVATE_CACHE)
        except FileNotFoundError as error:
            raise Http404 from error


class AccreditationViewSet(ForTheLead):
    name = NAME
    url_prefix = "accreditations"
    icon = "user"
    menu_label = gettext_lazy("Press accreditation")
    menu_order = 165
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", AccreditationsView.as_view(), name="index"),
            path("<int:pk>/", AccreditationView.as_view(), name="one"),
            path("<int:pk>/card/", ScanView.as_view(), name="card"),
        ]
