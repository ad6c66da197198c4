"""Absolute addresses of the portal."""

from __future__ import annotations

from django.conf import settings

from media_library.models import Resource


def absolute(path: str) -> str:
    """``path`` under the public base address of the site."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def canonical(resource: Resource) -> str:
    """The one address of a resource for machines: in the language of the resource itself."""
    return absolute(resource.get_absolute_url())
