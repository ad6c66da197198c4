"""Wagtail's way in to the pages with sections."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from cms.coverage.editing import PlaceViewSet

register_snippet(PlaceViewSet)
