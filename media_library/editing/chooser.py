"""Choosing a resource: only published ones; for staff of an agency those everybody sees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from media_library.editing.finding import with_words
from media_library.models import Resource


class PublicResourceChooser(AdminSnippetChooser):
    """Shows nothing of a resource that is not public."""

    def get_instance(self, value: Any) -> Resource | None:
        pk = value.pk if isinstance(value, Resource) else value
        return Resource.objects.public(timezone.now()).filter(pk=pk).first() if pk else None


class WordSearch(BaseFilterForm):
    q = forms.CharField(
        label=_("Search words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Accents are not needed")}),
    )


class ResourceChooserViewSet(SnippetChooserViewSet):
    """Every view of the chooser reads public resources only; search is that of the site."""

    base_widget_class = PublicResourceChooser

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        class Narrowed(view_class):
            filter_form_class = WordSearch

            def get_object_list(self) -> Any:
                return Resource.objects.public(timezone.now()).order_by("-first_published_at", "-pk")

            def get_objects(self, pks: list[Any]) -> Any:
                return Resource.objects.public(timezone.now()).filter(pk__in=pks)

            def get_object(self, pk: Any) -> Any:
                return Resource.objects.public(timezone.now()).get(pk=pk)

            def filter_object_list(self, objects: Any) -> Any:
                words = self.request.GET.get("q", "")
                return with_words(objects, words, user=None, at=timezone.now())

        Narrowed.__name__ = view_class.__name__
        return super().construct_view(Narrowed, **kwargs)
