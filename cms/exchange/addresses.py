"""Absolute addresses of resources, in the language of each: the one that machines keep."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation

_ID, _SLUG = "PUBLIC-ID", "SLUG"


def absolute(path: str) -> str:
    """``path`` under the public base address of the site."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def resource_url(*, public_id: str, slug: str, language: str) -> str:
    """The page of a resource."""
    return absolute(_shape(language).replace(_ID, public_id).replace(_SLUG, slug))


@lru_cache
def _shape(language: str) -> str:
    """Written once for each language: an answer has fifty addresses of the same shape."""
    with translation.override(language):
        return reverse("portal:resource", kwargs={"public_id": _ID, "slug": _SLUG})
