"""Choosing resources for the press: what an editor keeps, public or not, and what of others is public."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from cms.newsroom import leafing
from media_library import access
from media_library.editing.chooser import WordSearch
from media_library.editing.finding import with_words
from media_library.models import Resource

CHOOSER = "wagtailsnippetchoosers_press_resource"


def choosable_by(user: Any) -> QuerySet[Resource]:
    """What ``user`` may see now: what is public, and what their agencies keep; the newest first."""
    at = timezone.now()
    return Resource.objects.filter(access.visible_to(user, at)).order_by("-pk")


class SeenResourceChooser(AdminSnippetChooser):
    """Shows nothing of a resource that ``seen_by`` may not see; the form says who that is."""

    seen_by: Any = None

    def get_instance(self, value: Any) -> Resource | None:
        pk = value.pk if isinstance(value, Resource) else value
        return choosable_by(self.seen_by).filter(pk=leafing.key(str(pk))).first() if pk else None

    def get_chooser_modal_url(self) -> str:
        return reverse(f"{CHOOSER}:choose")


def offer_seen(field: Any, *, to: Any) -> None:
    """Let ``field`` take and show only what ``to`` may see, also from a request put together by hand."""
    field.queryset = choosable_by(to)
    if isinstance(field.widget, SeenResourceChooser):
        field.widget.seen_by = to


class SeenResourceChooserViewSet(SnippetChooserViewSet):
    """Every view reads what the person may see; its name lets the fence know it as a chooser."""

    model = Resource
    name = CHOOSER
    url_prefix = "press/resources"
    base_widget_class = SeenResourceChooser
    register_widget = False

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        class Narrowed(view_class):
            filter_form_class = WordSearch

            def get_object_list(self) -> Any:
                return choosable_by(self.request.user)

            def get_objects(self, pks: list[Any]) -> Any:
                return self.get_object_list().filter(pk__in=pks)

            def get_object(self, pk: Any) -> Any:
                return self.get_object_list().get(pk=pk)

            def filter_object_list(self, objects: Any) -> Any:
                words = self.request.GET.get("q", "")
                return with_words(objects, words, user=self.request.user, at=timezone.now())

        Narrowed.__name__ = view_class.__name__
        return super().construct_view(Narrowed, **kwargs)
