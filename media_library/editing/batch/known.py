"""What the library has already of the same bytes, as far as the person may know of it.

Another agency's unpublished resource is not there: neither it nor its number can be told from the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from media_library import access
from media_library.kinds import Role
from media_library.models import Asset, Resource

_SHA256 = re.compile(r"[0-9a-f]{64}")
SHOWN = 3
"""At most this many for one file."""


@dataclass(frozen=True)
class Known:
    """A resource that holds the same bytes."""

    title: str
    url: str
    agency: str
    licence: str
    public: bool


def digests(given: Iterable[str]) -> list[str]:
    """Those of ``given`` that are SHA-256 in hex, each once."""
    return sorted({digest for digest in given if _SHA256.fullmatch(digest)})


def known(
    given: Iterable[str], *, user: Any, at: datetime, besides: Iterable[int] = ()
) -> dict[str, list[Known]]:
    """Resources with the same main file, by its SHA-256; two queries however many are asked for.

    ``besides``: keys of resources that are not meant.
    """
    asked = digests(given)
    if not asked:
        return {}
    assets = (
        Asset.objects.filter(role=Role.ORIGINAL, file__sha256__in=asked)
        .filter(resource__in=Resource.objects.visible_to(user, at).values("pk"))
        .exclude(resource__in=list(besides))
        .select_related("file", "resource__agency", "resource__locale", "resource__latest_revision")
        .defer("file__extracted", "file__properties", "resource__body")
        .order_by("resource_id")
    )
    found: dict[str, list[Known]] = {}
    for asset in assets:
        of_file = found.setdefault(asset.file.sha256, [])
        if len(of_file) < SHOWN:
            of_file.append(_known(asset.resource, user=user, at=at))
    return found


def _known(resource: Resource, *, user: Any, at: datetime) -> Known:
    mine = access.may_manage(user, resource)
    revision = resource.latest_revision if mine else None
    if mine:
        url = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])
    else:
        url = resource.get_absolute_url()
    return Known(
        title=(revision.content.get("title") if revision else "") or resource.title,
        url=url,
        agency=str(resource.agency),
        licence=str(resource.licence_terms.name),
        public=access.is_public(resource, at),
    )
