"""Wagtail's way in to the newsroom: what the media took and cited, letters, accreditation, embargoes, gaps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from cms.newsroom.accreditation.editing import AccreditationViewSet
from cms.newsroom.editing.choosing import SeenResourceChooserViewSet
from cms.newsroom.editing.desk import PressGroup
from cms.newsroom.editing.letters import LettersViewSet
from cms.newsroom.embargo.editing import OpeningsView, openings_of
from cms.newsroom.foreign.page import GapsViewSet
from cms.newsroom.media import citing, views
from media_library import access
from media_library.editing import elsewhere
from media_library.models import Resource


class MediaItem(MenuItem):
    """For everybody who works on resources of some agency."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_lead(request.user) or bool(access.agency_ids(request.user))


def taken(resource: Resource, user: Any) -> elsewhere.Page | None:
    """Who took it, where it was ever public."""
    if resource.first_published_at is None:
        return None
    return elsewhere.Page(f"{reverse('kho57_uses')}?resource={resource.public_id}", gettext("Who used it"))


register_snippet(PressGroup)
elsewhere.register("media", taken)
elsewhere.register("embargo_openings", openings_of)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("media-use/", views.MediaView.as_view(), name="kho57_media"),
        path("media-use/downloads/", views.UsesView.as_view(), name="kho57_uses"),
        path("media-use/downloads.csv", views.table, name="kho57_uses_table"),
        path("media-use/citations/", citing.CitationsView.as_view(), name="kho57_citations"),
        path("media-use/citations/add/", citing.CitationView.as_view(), name="kho57_citation_add"),
        path("media-use/citations/<int:pk>/", citing.CitationView.as_view(), name="kho57_citation"),
        path("embargo-openings/<int:pk>/", OpeningsView.as_view(), name="kho57_openings"),
    ]


@hooks.register("register_admin_menu_item")
def media_item() -> MenuItem:
    return MediaItem(
        _("Used by the media"), reverse("kho57_media"), name="media-use", icon_name="openquote", order=158
    )


@hooks.register("register_admin_viewset")
def letters() -> LettersViewSet:
    return LettersViewSet()


@hooks.register("register_admin_viewset")
def accreditations() -> AccreditationViewSet:
    return AccreditationViewSet()


@hooks.register("register_admin_viewset")
def missing_in_english() -> GapsViewSet:
    return GapsViewSet()


@hooks.register("register_admin_viewset")
def press_resources() -> SeenResourceChooserViewSet:
    return SeenResourceChooserViewSet()
