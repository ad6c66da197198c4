"""Wagtail's way in to the editing of the library."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import AdminOnlyMenuItem
from wagtail.snippets.models import register_snippet

from media_library.editing import actions, bulk, import_addresses
from media_library.editing.batch import routes as batch_routes
from media_library.editing.duplicates import DuplicatesView
from media_library.editing.home import WhatWaits
from media_library.editing.jobs import JobsView, jobs_state
from media_library.editing.proposals import ProposalView
from media_library.editing.taking import take_file
from media_library.editing.viewsets import ResourceViewSet, VocabularyGroup
from media_library.editing.work import file_work, files_progress
from media_library.kinds import Kind

register_snippet(ResourceViewSet)
register_snippet(VocabularyGroup)
for act in bulk.ACTS:
    hooks.register("register_bulk_action", act)
hooks.register("construct_snippet_action_menu", actions.arrange)

HIDDEN_MENU_ITEMS = {"images", "documents", "snippets"}
"""There is one library: pictures and documents are resources."""


@hooks.register("construct_main_menu")
def one_library(request: HttpRequest, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_MENU_ITEMS]


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [WhatWaits()]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        *batch_routes.urlpatterns,
        path("resources/take/", take_file, name="kho57_take_file"),
        path("resources/duplicates/<int:pk>/", DuplicatesView.as_view(), name="kho57_duplicates"),
        path("resources/proposals/<int:pk>/", ProposalView.as_view(), name="kho57_proposal"),
        *import_addresses.urlpatterns(),
        path("resources/files/progress/", files_progress, name="kho57_files_progress"),
        path("resources/files/<int:pk>/", file_work, name="kho57_file_work"),
        path("jobs/", JobsView.as_view(), name="kho57_jobs"),
        path("jobs/state/", jobs_state, name="kho57_jobs_state"),
    ]


@hooks.register("register_settings_menu_item")
def jobs_item() -> AdminOnlyMenuItem:
    return AdminOnlyMenuItem(_("Work in the background"), reverse("kho57_jobs"), icon_name="cogs", order=900)


@hooks.register("register_icons")
def icons(names: list[str]) -> list[str]:
    kinds = [f"editing/icons/k57-{kind}.svg" for kind in Kind.values]
    return [*names, "editing/icons/k57-library.svg", *kinds]


@hooks.register("insert_global_admin_css")
def stylesheet() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("editing/editing.css"))


@hooks.register("insert_global_admin_js")
def work_script() -> str:
    scripts = ((static(f"editing/{name}.js"),) for name in ("session", "work"))
    return format_html_join("", '<script src="{}" defer></script>', scripts)


@hooks.register("insert_editor_js")
def script() -> str:
    return format_html('<script src="{}" defer></script>', static("editing/editing.js"))
