"""Where the pages of imports stand in the admin."""

from __future__ import annotations

from django.urls import URLPattern, path

from media_library.editing.import_files import results, template
from media_library.editing.importing import AddressView, ImportsView, ImportView, TableView


def urlpatterns() -> list[URLPattern]:
    """Under ``resources/import/``."""
    return [
        path("resources/import/", ImportsView.as_view(), name="kho57_imports"),
        path("resources/import/table/", TableView.as_view(), name="kho57_import_table"),
        path("resources/import/address/", AddressView.as_view(), name="kho57_import_address"),
        path("resources/import/template.csv", template, {"form": "csv"}, name="kho57_import_template_csv"),
        path("resources/import/template.xlsx", template, {"form": "xlsx"}, name="kho57_import_template_xlsx"),
        path("resources/import/<int:pk>/", ImportView.as_view(), name="kho57_import"),
        path(
            "resources/import/<int:pk>/results.csv", results, {"form": "csv"}, name="kho57_import_results_csv"
        ),
        path(
            "resources/import/<int:pk>/results.xlsx",
            results,
            {"form": "xlsx"},
            name="kho57_import_results_xlsx",
        ),
    ]
