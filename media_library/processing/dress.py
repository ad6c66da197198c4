"""What the public copies of a file are to say and show: whose words they are, and what must stay visible.

Which resource speaks for a file that several show (a translation shares the files of its source): of the live
ones the one made first, else the one whose draft named it first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from media_library.models import LICENCES, Asset, Resource, StoredFile
from media_library.processing.credit_packet import Credit


@dataclass(frozen=True)
class Dress:
    """``credit`` is None as long as nobody is named; ``focus`` are shares of width and height, or None."""

    credit: Credit | None
    focus: tuple[float, float] | None

    @property
    def digest(self) -> str:
        """16 hex digits that stand for all of it; empty for nothing at all."""
        if self.credit is None and self.focus is None:
            return ""
        told = json.dumps([self.credit and asdict(self.credit), self.focus], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


NOTHING = Dress(credit=None, focus=None)


def dress_of(file: StoredFile) -> Dress:
    """What the renditions of ``file`` are to say and show now."""
    shown = Asset.objects.filter(file=file, resource__live=True).order_by("resource_id", "pk")
    asset = shown.select_related("resource__locale").first()
    if asset is not None:
        return dress_from(
            resource=asset.resource,
            line=asset.resource.credit_line,
            licence=asset.resource.licence,
            focus=(asset.focal_x, asset.focal_y),
        )
    if file.first_named_by_id is None:
        return NOTHING
    resource = Resource.objects.select_related("latest_revision", "locale").get(pk=file.first_named_by_id)
    return _drafted(resource, file.pk)


def _drafted(resource: Resource, file: int) -> Dress:
    content = resource.latest_revision.content if resource.latest_revision else {}
    named = next((one for one in content.get("assets", []) if one.get("file") == file), None)
    if named is None:
        return NOTHING
    focus = (named.get("focal_x"), named.get("focal_y"))
    return dress_from(
        resource=resource, line=content["credit_line"] or "", licence=content["licence"] or "", focus=focus
    )


def dress_from(
    *, resource: Resource, line: str, licence: str, focus: tuple[float | None, float | None]
) -> Dress:
    x, y = focus
    return Dress(
        credit=credit_of(resource, line=line, licence=licence)
        if line.strip() and licence in LICENCES
        else None,
        focus=(round(x, 4), round(y, 4)) if x is not None and y is not None else None,
    )


def credit_of(resource: Resource, *, line: str, licence: str) -> Credit:
    """What a copy says: in the first language of the library, with the address that needs no title."""
    language = resource.language
    with translation.override(language):
        path = reverse("portal:resource_short", kwargs={"public_id": resource.public_id})
    with translation.override(settings.LANGUAGE_CODE):
        terms = str(LICENCES[licence].name)
    return Credit(
        line=line.strip(),
        terms=terms,
        licence_url=LICENCES[licence].url,
        address=settings.PUBLIC_BASE_URL.rstrip("/") + path,
        year=resource.created_at.year,
    )
