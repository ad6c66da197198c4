"""Addresses for machines, mounted at the root."""

from __future__ import annotations

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("api/v1/search/asked", views.asked, name="asked"),
    path("api/v1/search/clicked", views.clicked, name="clicked"),
]
