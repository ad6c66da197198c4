"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms.newsroom.views import press, resource, rights, taking

machines: list[URLPattern | URLResolver] = [
    path("r/<str:public_id>/rights.json", rights.rights, name="rights"),
    path("take/<str:public_id>/<slug:key>", taking.take, name="offer"),
]
people: list[URLPattern | URLResolver] = [
    path("press/", press.press, name="press"),
    path("press/r/<str:public_id>/", resource.resource, name="resource"),
]
