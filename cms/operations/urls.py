"""Addresses for those who run the site."""

from __future__ import annotations

from django.urls import path

from cms.operations import views

app_name = "operations"
urlpatterns = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
