"""Picks in the admin: a public resource that comes first for a question, with a look at what it finds now."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from media_library import access
from media_library.editing.chooser import PublicResourceChooser
from media_library.models import Resource
from media_library.text import clean_line
from search import finding, text
from search.editing.viewsets import ReservedModel
from search.engines.contract import Unavailable
from search.models import Pick
from search.request import SearchRequest
from search.results import SearchResults

SHOWN = 5
"""Results of the preview."""


class PickForm(WagtailAdminModelForm):
    """Takes public resources only, also from a request that was put together by hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = Resource.objects.public(timezone.now())

    def clean_question(self) -> str:
        question = clean_line(self.cleaned_data["question"])
        if not text.question_key(question):
            raise ValidationError(_("Write the question in words."))
        return question

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must come after the beginning."))
        question, resource = cleaned.get("question"), cleaned.get("resource")
        if question and resource and self._others(question).filter(resource=resource).exists():
            self.add_error("resource", _("This resource is already picked for this question."))
        return cleaned

    def _others(self, question: str) -> Any:
        return Pick.objects.filter(key=text.question_key(question)).exclude(pk=self.instance.pk)


class FoundNow(Panel):
    """What the question finds at this moment, above or below which the pick will stand."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "search/found_now.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            question = clean_line(str(self.form["question"].value() or ""))[:200]
            context.update(question=question, found=_found(question) if question else None)
            return context


def _found(question: str) -> SearchResults | None:
    request, _notices = SearchRequest.parse({"q": question}, "vi")
    try:
        return finding.search(request, at=timezone.now(), size=SHOWN)
    except Unavailable:
        return None


def _standing(pick: Pick) -> str:
    """Whether readers see it, in words."""
    now = timezone.now()
    if not access.is_public(pick.resource, now):
        return _("Not shown: the resource is not public")
    if pick.starts_at and pick.starts_at > now:
        return _("Not yet")
    return _("Over") if pick.ends_at and pick.ends_at <= now else _("Shown")


class PickIndexView(generic.IndexView):
    is_searchable = True

    def get_base_queryset(self) -> Any:
        return Pick.objects.select_related("resource")

    def search_queryset(self, queryset: Any) -> Any:
        wanted = text.key(self.search_query or "")
        titled = Q(resource__title_folded__contains=wanted)
        return queryset.filter(Q(key__contains=wanted) | titled) if wanted else queryset


class PickCreateView(generic.CreateView):
    """``?question=`` fills in the question, so that it can be linked to from what was asked."""

    def get_initial_form_instance(self) -> Pick:
        return Pick(question=clean_line(self.request.GET.get("question", ""))[:200])

    def get_success_url(self) -> str:
        return reverse(self.edit_url_name, args=[self.object.pk])

    @cached_property
    def has_unsaved_changes(self) -> bool:
        return self.form.is_bound


class PickViewSet(ReservedModel):
    model = Pick
    place = "picks"
    icon = "pick"
    menu_label = gettext_lazy("Picks")
    index_view_class = PickIndexView
    add_view_class = PickCreateView
    ordering = ("key", "sort_order", "pk")
    list_per_page = 50
    list_display: ClassVar = [
        "question",
        Column("resource", label=gettext_lazy("Resource")),
        Column("standing", label=gettext_lazy("State"), accessor=_standing),
        Column("sort_order", label=gettext_lazy("Order")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("question"),
                    FieldPanel("resource", widget=PublicResourceChooser(Resource)),
                    FieldPanel(
                        "sort_order",
                        help_text=gettext_lazy("Lower numbers come first; a question shows at most five."),
                    ),
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                ],
                heading=gettext_lazy("What comes first"),
            ),
            FoundNow(heading=gettext_lazy("What the question finds now")),
        ],
        base_form_class=PickForm,
    )
