"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

machines: list[URLPattern | URLResolver] = []
people: list[URLPattern | URLResolver] = []
