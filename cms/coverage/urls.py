"""Addresses of coverage: ``people`` below ``/vi/`` and ``/en/``, ``machines`` at the root.

``cms.urls`` includes ``(people, "coverage")`` and ``(machines, "seeing")``.
"""

from __future__ import annotations

from django.urls import path

from cms.coverage import seeing, views

people = [
    path("coverage/", views.coverage, name="page"),
    path("coverage/coverage.csv", views.as_csv, name="csv"),
    path("coverage/coverage.json", views.as_json, name="json"),
]
machines = [path("embed/seen", seeing.seen, name="seen")]
