"""A proposal of another agency to a resource of ours: seen, accepted or declined with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library import access, proposing, publishing
from media_library.editing.sides import shown_of, side_of
from media_library.models import Proposal, ProposalState, Resource, StoredFile
from media_library.proposing import Outcome


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It goes to who proposed this."),
    )


class ProposalView(WagtailAdminTemplateMixin, TemplateView):
    """The fence has already hidden proposals beyond the person's reach."""

    model = Proposal
    template_name = "editing/proposal.html"
    page_title = gettext_lazy("Proposal")
    header_icon = "k57-library"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.at = timezone.now()
        self.form = DeclineForm()
        self.proposal = get_object_or_404(_whole(request.user, at=self.at), pk=kwargs["pk"])
        self.decides = access.may_review(request.user, self.proposal.resource)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user, proposal, row = self.request.user, self.proposal, self.proposal.resource
        original = row.original
        proposed = proposal.file
        context.update(
            proposal=proposal,
            decides=self.decides and proposal.state == ProposalState.OPEN,
            now=side_of(row, original.file if original else None, by=user, at=self.at, row=row),
            then=shown_of(proposed, by=user) if proposed else None,
            file=proposed,
            form=self.form,
            joins=not row.live or row.has_unpublished_changes,
        )
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.decides:
            raise Http404
        try:
            if request.POST.get("answer") == "accept":
                outcome = proposing.accept(proposal=self.proposal, by=request.user, at=self.at)
                messages.success(request, _said(outcome))
                return redirect(edit_address(self.proposal.resource))
            self.form = DeclineForm(request.POST)
            if self.form.is_valid():
                reason = self.form.cleaned_data["reason"]
                proposing.decline(proposal=self.proposal, reason=reason, by=request.user, at=self.at)
                messages.success(request, _("Declined; who proposed it is told why."))
                return redirect(reverse("wagtailadmin_home"))
        except publishing.PublishingError as refusal:
            messages.error(request, str(refusal))
        return self.render_to_response(self.get_context_data(**kwargs))


def _said(outcome: Outcome) -> str:
    return {
        Outcome.PUBLISHED: _("Accepted and published."),
        Outcome.DRAFT: _("Accepted. It stands in the draft and becomes public with it."),
        Outcome.SUBMITTED: _("Accepted and handed in for approval."),
    }[outcome]


def _whole(user: Any, *, at: Any) -> Any:
    light = StoredFile.objects.defer("extracted").prefetch_related("renditions")
    return (
        Proposal.objects.filter(proposing.visible_to(user, at))
        .select_related("agency", "by", "answered_by")
        .prefetch_related(
            "audiences",
            "topics",
            Prefetch("file", queryset=light),
            Prefetch("resource", queryset=Resource.objects.with_cards()),
        )
    )


def edit_address(resource: Resource) -> str:
    return reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])


def open_for(user: Any, *, at: Any, most: int) -> Any:
    """Proposals that wait for the decision of ``user``, oldest first."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN).select_related("resource", "agency", "by")
    if not access.is_lead(user):
        waiting = waiting.filter(resource__agency_id__in=access.agency_ids(user, role="editor"))
    return waiting.order_by("created_at", "pk")[:most]
