"""Wagtail's way in to what editors do for the press."""

from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.newsroom.editing.choosing import SeenResourceChooserViewSet
from cms.newsroom.editing.desk import PressGroup

register_snippet(PressGroup)


@hooks.register("register_admin_viewset")
def press_resources() -> SeenResourceChooserViewSet:
    return SeenResourceChooserViewSet()
