"""Wagtail's way in to the pages with sections."""

from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.coverage.editing import PlaceViewSet
from cms.coverage.missing_page import MissingViewSet

register_snippet(PlaceViewSet)


@hooks.register("register_admin_viewset")
def who_is_missing() -> MissingViewSet:
    return MissingViewSet()
