"""Requests of the press in the admin: the agency's editors and the lead department read and answer them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from cms.newsroom import asking, granted, leafing
from cms.newsroom.accreditation.current import current
from cms.newsroom.enquiry_forms import AnswerForm, RevokeForm
from cms.newsroom.models import Enquiry, EnquiryState
from media_library import access
from media_library.editing.proposals import edit_address
from media_library.models import MembershipRole

NAME = "kho57_enquiries"


def answers_the_press(user: Any) -> bool:
    """Editors of an agency and the lead department."""
    return access.is_lead(user) or bool(access.agency_ids(user, role=MembershipRole.EDITOR))


class EnquiriesView(WagtailAdminTemplateMixin, TemplateView):
    """Those of the person's agencies, the newest first; ``?state=`` narrows."""

    model = Enquiry
    template_name = "newsroom/editing/enquiries.html"
    page_title = gettext_lazy("Requests of the press")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", "")
        found = Enquiry.objects.answered_by(self.request.user)
        found = found.select_related("resource__agency", "asked_by")
        if state in EnquiryState.values:
            found = found.filter(state=state)
        leaf = leafing.newest(found, after=self.request.GET.get("after", ""), size=50)
        states = [(value, label, value == state) for value, label in [("", _("All")), *EnquiryState.choices]]
        return super().get_context_data(leaf=leaf, states=states, state=state, **kwargs)


class EnquiryView(WagtailAdminTemplateMixin, TemplateView):
    """One thread. The fence has already hidden those beyond the person's reach."""

    model = Enquiry
    template_name = "newsroom/editing/enquiry.html"
    page_title = gettext_lazy("Request of the press")
    header_icon = "mail"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.answer, self.revoking = AnswerForm(), RevokeForm()

    @cached_property
    def enquiry(self) -> Enquiry:
        rows = Enquiry.objects.answered_by(self.request.user)
        found: Enquiry = get_object_or_404(
            rows.select_related("resource__agency", "resource__locale", "asked_by"), pk=self.kwargs["pk"]
        )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enquiry = self.enquiry
        return super().get_context_data(
            enquiry=enquiry,
            thread=enquiry.messages.select_related("written_by"),
            accreditation=current(enquiry.asked_by, timezone.now()),
            permitted=granted.told(list(enquiry.grants.all()), at=timezone.now()),
            resource_url=edit_address(enquiry.resource),
            open=enquiry.state != EnquiryState.CLOSED,
            words=[self.answer[name] for name in AnswerForm.WORDS],
            permission=[self.answer[name] for name in AnswerForm.PERMISSION],
            form=self.answer,
            revoking=self.revoking,
            revoked=self.request.POST.get("revoke", ""),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        done = self._revoke() if "revoke" in request.POST else self._answer()
        if done:
            return redirect(reverse(f"{NAME}:thread", args=[self.enquiry.pk]))
        return self.render_to_response(self.get_context_data(**kwargs), status=400)

    def _answer(self) -> bool:
        self.answer = AnswerForm(self.request.POST)
        if not self.answer.is_valid():
            messages.error(self.request, _("Nothing was sent yet: please correct what is marked below."))
            return False
        told = self.answer.cleaned_data
        try:
            asking.answer(
                self.enquiry,
                told["text"],
                state=EnquiryState(told["state"]),
                by=self.request.user,
                at=timezone.now(),
                terms=self.answer.permitted(),
            )
        except asking.Closed:
            messages.error(self.request, _("Nothing was sent: this request is closed."))
            return False
        messages.success(self.request, _("Answered. Who asked is told by mail."))
        return True

    def _revoke(self) -> bool:
        grant = self.enquiry.grants.filter(pk=leafing.key(self.request.POST["revoke"])).first()
        if grant is None:
            raise Http404
        self.revoking = RevokeForm(self.request.POST)
        if not self.revoking.is_valid():
            messages.error(self.request, _("Not revoked yet: say why."))
            return False
        reason = self.revoking.cleaned_data["reason"]
        if asking.revoke(grant, reason=reason, by=self.request.user, at=timezone.now()):
            messages.success(self.request, _("Revoked. Who held the permission is told by mail."))
        else:
            messages.warning(self.request, _("It has ended already, so there is nothing to revoke."))
        return True


class PressMenuItem(MenuItem):
    """Stands in the menu of those who answer the press."""

    def is_shown(self, request: HttpRequest) -> bool:
        return answers_the_press(request.user)


class EnquiryViewSet(ViewSet):
    name = NAME
    url_prefix = "press/requests"
    icon = "mail"
    menu_label = gettext_lazy("Requests of the press")
    menu_order = 20

    @cached_property
    def menu_item_class(self) -> type[PressMenuItem]:
        return PressMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", EnquiriesView.as_view(), name="index"),
            path("<int:pk>/", EnquiryView.as_view(), name="thread"),
        ]
