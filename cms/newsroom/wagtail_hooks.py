"""Wagtail's way in to the accreditation of the press and to what it opened."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from cms.newsroom.accreditation.editing import AccreditationViewSet
from cms.newsroom.embargo.editing import OpeningsView, openings_of
from media_library.editing import elsewhere

elsewhere.register("embargo_openings", openings_of)


@hooks.register("register_admin_viewset")
def accreditations() -> AccreditationViewSet:
    return AccreditationViewSet()


@hooks.register("register_admin_urls")
def openings() -> list[URLPattern]:
    return [path("embargo-openings/<int:pk>/", OpeningsView.as_view(), name="kho57_openings")]
