"""Requests to the library in the admin: read, taken up, answered or declined."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic

from media_library.text import clean_line
from search import text, wishes
from search.editing.viewsets import ReservedModel
from search.models import Wish


class WishAdminForm(WagtailAdminModelForm):
    """The lead department's side; the address for an answer is the reader's and is not changed here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.created_at is None:
            self.instance.created_at = timezone.now()

    def clean_question(self) -> str:
        return clean_line(self.cleaned_data["question"])

    def clean_answer(self) -> str:
        return text.canonical(self.cleaned_data["answer"].replace("\r\n", "\n")).strip()


class WishIndexView(generic.IndexView):
    is_searchable = True

    def search_queryset(self, queryset: Any) -> Any:
        """Accents and capitals do not matter."""
        wanted = text.key(self.search_query or "")
        if not wanted:
            return queryset
        lines = queryset.values_list("pk", "question", "text")
        return queryset.filter(pk__in=[pk for pk, *parts in lines if wanted in text.key(" ".join(parts))])


class WishEditView(generic.EditView):
    def save_instance(self) -> Wish:
        before = Wish.objects.values_list("state", flat=True).get(pk=self.object.pk)
        wish: Wish = super().save_instance()
        if wishes.settle(wish, before=before, by=self.request.user, at=timezone.now()):
            messages.info(self.request, _("Your answer goes to the reader by mail."))
        return wish


class WishViewSet(ReservedModel):
    model = Wish
    place = "wishes"
    icon = "mail"
    menu_label = gettext_lazy("Requests")
    index_view_class = WishIndexView
    edit_view_class = WishEditView
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    list_filter = ("state", "language")
    list_display: ClassVar = [
        "__str__",
        Column("question", label=gettext_lazy("Looked for")),
        Column("get_state_display", label=gettext_lazy("State"), sort_key="state"),
        DateColumn("created_at", label=gettext_lazy("Received"), sort_key="created_at"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("question"),
                    FieldPanel("text", widget=forms.Textarea(attrs={"rows": 5})),
                    FieldPanel("contact", read_only=True),
                ],
                heading=gettext_lazy("What is wanted"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("state"),
                    FieldPanel(
                        "answer",
                        widget=forms.Textarea(attrs={"rows": 5}),
                        help_text=gettext_lazy(
                            "It is sent to the address above, if there is one, when you set the state to done"
                            " or declined. The address is deleted 30 days later."
                        ),
                    ),
                ],
                heading=gettext_lazy("What becomes of it"),
            ),
        ],
        base_form_class=WishAdminForm,
    )
