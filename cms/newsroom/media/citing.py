"""Citations in the admin: recorded, changed and removed by editors of the agency, or by the lead department."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.newsroom import leafing
from cms.newsroom.models import Citation
from media_library import access
from media_library.editing.chooser import PublicResourceChooser
from media_library.models import MembershipRole, Resource
from media_library.text import clean_line

PAGE = 50


class CitationForm(forms.ModelForm):  # type: ignore[type-arg]  # takes an argument for mypy alone
    url = forms.URLField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Of the article or programme. Leave empty where there is none."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    class Meta:
        model = Citation
        fields = ("resource", "outlet", "medium", "url", "published_on", "note")
        widgets: ClassVar = {"resource": PublicResourceChooser(Resource), "published_on": AdminDateInput}

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_resource(self) -> Resource:
        resource: Resource = self.cleaned_data["resource"]
        if not access.may_review(self.by, resource):
            raise forms.ValidationError(_("Citations are recorded for resources of your own agency."))
        return resource

    def clean_outlet(self) -> str:
        outlet = clean_line(self.cleaned_data["outlet"])
        if not outlet:
            raise forms.ValidationError(_("Name the outlet."))
        return outlet

    def clean_published_on(self) -> Any:
        day = self.cleaned_data["published_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and not url.startswith(("http://", "https://")):
            raise forms.ValidationError(_("The address must begin with http:// or https://."))
        return url


class _Desk(WagtailAdminTemplateMixin, TemplateView):
    """For who edits for some agency: everybody else is told that this is not theirs to do."""

    model = Citation
    header_icon = "openquote"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_record(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def rows(self) -> Any:
        return Citation.objects.editable_by(self.request.user)


class CitationsView(_Desk):
    """The newest first; ``?before=`` the key of the last that was seen."""

    template_name = "newsroom/admin/citations.html"
    page_title = gettext_lazy("Citations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.rows().select_related("resource__agency", "recorded_by").defer("resource__body")
        leaf = leafing.newest(found, after=self.request.GET.get("before", ""), size=PAGE, by="published_on")
        return super().get_context_data(rows=leaf.rows, following=leaf.after, **kwargs)


class CitationView(_Desk):
    """One citation, or a new one; what cannot be saved is told at its field, and what was typed stays."""

    template_name = "newsroom/admin/citation.html"

    def setup(self, request: HttpRequest, pk: int | None = None, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.citation = get_object_or_404(self.rows(), pk=pk) if pk is not None else None

    @property
    def page_title(self) -> str:
        return _("Citation") if self.citation else _("Record a citation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(CitationForm(instance=self.citation, initial=self._named(), by=request.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.citation is not None and "delete" in request.POST:
            return self._deleted(self.citation)
        form = CitationForm(request.POST, instance=self.citation, by=request.user)
        if not form.is_valid():
            messages.validation_error(request, _("The citation was not saved: see what is marked."), form)
            return self._page(form, status=422)
        citation = form.save(commit=False)
        citation.recorded_by = citation.recorded_by or request.user
        citation.save()
        messages.success(request, _("The citation is recorded."))
        return redirect(reverse("kho57_citations"))

    def _deleted(self, citation: Citation) -> HttpResponse:
        """Asked once more before it is gone."""
        if "confirmed" not in self.request.POST:
            return self.render_to_response(self.get_context_data(citation=citation, asks=True))
        citation.delete()
        messages.success(self.request, _("The citation is removed."))
        return redirect(reverse("kho57_citations"))

    def _named(self) -> dict[str, Any]:
        """A new one from a resource's own page begins with that resource."""
        key = self.request.GET.get("resource", "")
        named = Resource.objects.public(timezone.now()).identified_by(key[:40])
        return {"resource": named} if named is not None else {}

    def _page(self, form: CitationForm, *, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, citation=self.citation), status=status
        )


def may_record(user: Any) -> bool:
    """Editors of some agency, and the lead department."""
    return access.is_lead(user) or bool(access.agency_ids(user, role=MembershipRole.EDITOR))
