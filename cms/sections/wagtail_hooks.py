"""Wagtail's way in to the editing of sections."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from cms.sections.editing import SectionViewSet

register_snippet(SectionViewSet)
