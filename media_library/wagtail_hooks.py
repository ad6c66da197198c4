"""Wagtail's way in to the editing of the library."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from media_library.editing.viewsets import ResourceViewSet, VocabularyGroup
from media_library.kinds import Kind

register_snippet(ResourceViewSet)
register_snippet(VocabularyGroup)

HIDDEN_MENU_ITEMS = {"images", "documents", "snippets"}
"""There is one library: pictures and documents are resources."""


@hooks.register("construct_main_menu")
def one_library(request: HttpRequest, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_MENU_ITEMS]


@hooks.register("register_icons")
def icons(names: list[str]) -> list[str]:
    kinds = [f"editing/icons/k57-{kind}.svg" for kind in Kind.values]
    return [*names, "editing/icons/k57-library.svg", *kinds]


@hooks.register("insert_global_admin_css")
def stylesheet() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("editing/editing.css"))


@hooks.register("insert_editor_js")
def script() -> str:
    return format_html('<script src="{}" defer></script>', static("editing/editing.js"))
