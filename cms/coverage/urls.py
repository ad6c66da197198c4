"""Addresses of coverage, below ``/vi/`` and ``/en/``; ``include((people, "coverage"))``."""

from __future__ import annotations

from django.urls import path

from cms.coverage import views

people = [
    path("coverage/", views.coverage, name="page"),
    path("coverage/coverage.csv", views.as_csv, name="csv"),
    path("coverage/coverage.json", views.as_json, name="json"),
]
