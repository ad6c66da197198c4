"""Withdrawing, bringing back, taking back a schedule, translating: one confirmed step each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ReferenceIndex

from media_library import access, publishing
from media_library.editing.chooser import PublicResourceChooser
from media_library.models import Resource


@dataclass(frozen=True)
class UsedIn:
    """One place that shows the resource: what kind of place, its name."""

    what: str
    name: str


def used_in(resource: Resource, *, limit: int = 200) -> list[UsedIn]:
    """Where ``resource`` stands: sections and campaigns that pin it, bodies that show it; at most ``limit``.

    Only what is public is named: who may withdraw this need not know of another agency's drafts.
    """
    content_type = ContentType.objects.get_for_model(Resource)
    references = ReferenceIndex.objects.filter(to_content_type=content_type, to_object_id=str(resource.pk))
    return list(_places(references.select_related("base_content_type")[:limit]))


def _places(references: Any) -> Iterator[UsedIn]:
    seen = set()
    for reference in references:
        model = reference.base_content_type.model_class()
        key = (model, reference.object_id)
        if model is None or key in seen:
            continue
        seen.add(key)
        places = model._default_manager.filter(pk=reference.object_id)
        if model is Resource:
            places = Resource.objects.public(timezone.now()).filter(pk=reference.object_id)
        place = places.first()
        if place is not None and getattr(place, "live", True):
            yield UsedIn(what=str(model._meta.verbose_name), name=str(place))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers see it at the resource's address. Say what was wrong, plainly."),
    )
    replaced_by: forms.Field = forms.ModelChoiceField(
        label=gettext_lazy("Replaced by"),
        queryset=Resource.objects.none(),
        required=False,
        widget=PublicResourceChooser(Resource),
        help_text=gettext_lazy("Readers are led there. May be left empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["replaced_by"]
        field.queryset = Resource.objects.public(timezone.now())


class ResourceStep(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """A confirmed act on one resource. The fence has already hidden what is beyond the person's reach."""

    model = Resource
    form_class: type[forms.Form] = forms.Form
    template_name = "editing/step.html"
    header_icon = "k57-library"
    pk: int
    question: Any = ""
    button: Any = ""
    serious = False

    def setup(self, request: HttpRequest, pk: str, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.resource = get_object_or_404(Resource.objects.manageable_by(request.user), pk=pk)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.allowed():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        return access.may_edit(self.request.user, self.resource, timezone.now())

    def act(self, form: Any) -> Resource:
        raise NotImplementedError

    def done(self) -> str:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.act(form)
        except publishing.PublishingError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, self.done())
        return redirect(edit_address(result))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            resource=self.resource,
            question=self.question,
            button=self.button,
            serious=self.serious,
            edit_url=edit_address(self.resource),
        )
        return context


def edit_address(resource: Resource) -> str:
    return reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])


class Withdraw(ResourceStep):
    page_title = gettext_lazy("Withdraw")
    form_class = WithdrawForm
    question = gettext_lazy(
        "It disappears everywhere at once: from its page, search, every agency's section, feeds and files."
    )
    button = gettext_lazy("Withdraw it everywhere")
    serious = True

    def allowed(self) -> bool:
        may = access.may_withdraw(self.request.user, self.resource, timezone.now())
        return may and not self.resource.withdrawn_at

    def act(self, form: Any) -> Resource:
        return publishing.withdraw(
            resource=self.resource,
            by=self.request.user,
            reason=form.cleaned_data["reason"],
            replaced_by=form.cleaned_data["replaced_by"],
            at=timezone.now(),
        )

    def done(self) -> str:
        return _("“%(title)s” was withdrawn everywhere.") % {"title": self.resource.title}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(uses=used_in(self.resource), **kwargs)


class Reinstate(ResourceStep):
    page_title = gettext_lazy("Bring back")
    question = gettext_lazy("It becomes a draft again; nobody sees it until it is approved and published.")
    button = gettext_lazy("Bring it back as a draft")

    def allowed(self) -> bool:
        may = access.may_withdraw(self.request.user, self.resource, timezone.now())
        return may and bool(self.resource.withdrawn_at)

    def act(self, form: Any) -> Resource:
        return publishing.reinstate(resource=self.resource, by=self.request.user, at=timezone.now())

    def done(self) -> str:
        return _("“%(title)s” is a draft again.") % {"title": self.resource.title}


class Translate(ResourceStep):
    page_title = gettext_lazy("Translate")
    button = gettext_lazy("Make the draft")

    @property
    def target(self) -> str:
        return "en" if self.resource.language == "vi" else "vi"

    @property
    def question(self) -> str:
        language = _("English") if self.target == "en" else _("Vietnamese")
        text = _("A draft in %(language)s is made, with the same files, linked to this one.")
        return text % {"language": language}

    def act(self, form: Any) -> Resource:
        return publishing.make_translation(
            resource=self.resource, language=self.target, by=self.request.user, at=timezone.now()
        )

    def done(self) -> str:
        return _("The draft is ready to be translated.")
