"""Wagtail's way in to the letters that did not arrive."""

from __future__ import annotations

from wagtail import hooks

from cms.newsroom.editing import LettersViewSet


@hooks.register("register_admin_viewset")
def letters() -> LettersViewSet:
    return LettersViewSet()
