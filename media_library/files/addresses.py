"""Addresses of files. A public one is made of the resource and of the content itself: it never changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from media_library.models import Rendition, Resource, StoredFile

_PUBLIC_NAME = re.compile(r"(?:.*-)?([0-9a-f]{12})\.[a-z0-9]{2,5}")


def public_address(resource: Resource, rendition: Rendition) -> str:
    """``/files/{public_id}/{slug}-{name}-{12 digits of its hash}.{ending}``; asks no query."""
    stem, _dot, ending = rendition.name.rpartition(".")
    name = f"{resource.slug}-{stem}-{rendition.digest}.{ending}"
    return reverse("media_library:file", kwargs={"public_id": resource.public_id, "name": name})


def digest_in(name: str) -> str | None:
    """The 12 hex digits that identify the rendition in a public file name; the rest is for people."""
    match = _PUBLIC_NAME.fullmatch(name)
    return match[1] if match else None


def staff_address(rendition: Rendition) -> str:
    """Where those who may see the stored file find its rendition before publication."""
    return reverse("media_library:staff_file", kwargs={"pk": rendition.file_id, "name": rendition.name})


def original_address(file: StoredFile) -> str:
    """Where those who may see the stored file download the bytes as they were uploaded."""
    return reverse("media_library:staff_file", kwargs={"pk": file.pk, "name": "original"})
