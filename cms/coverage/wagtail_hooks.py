"""Wagtail's way in to the pages with sections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.coverage.editing import PlaceViewSet
from cms.coverage.missing_page import MissingViewSet
from cms.coverage.waiting import panel_for

register_snippet(PlaceViewSet)


@hooks.register("register_admin_viewset")
def who_is_missing() -> MissingViewSet:
    return MissingViewSet()


@hooks.register("construct_homepage_panels", order=10)
def pages_with_sections(request: HttpRequest, panels: list[Any]) -> None:
    """After the library's own, which takes the place of Wagtail's."""
    if (panel := panel_for(request.user)) is not None:
        panels.append(panel)
