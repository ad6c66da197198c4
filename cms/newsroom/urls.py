"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms.newsroom.views import taking

machines: list[URLPattern | URLResolver] = [
    path("take/<str:public_id>/<slug:key>", taking.take, name="offer"),
]
people: list[URLPattern | URLResolver] = []
