"""A resource, or a stored file, as it is shown beside another: picture or player, whose, when, what size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from media_library import access
from media_library.files import public_address
from media_library.files.addresses import original_address, staff_address
from media_library.models import Rendition, Resource, StoredFile

_PLAYED = {"video": ("video/mp4", "video/webm"), "audio": ("audio/mpeg", "audio/mp4", "audio/ogg")}


@dataclass(frozen=True)
class Shown:
    """Addresses of what can be seen and heard of a file; empty where there is nothing."""

    picture: str = ""
    film: str = ""
    sound: str = ""
    paper: str = ""
    original: str = ""
    """For those who may have the bytes as they were uploaded."""


@dataclass(frozen=True)
class Side:
    """One of two that are compared."""

    resource: Resource
    file: StoredFile | None
    shown: Shown
    edit_url: str
    public_url: str
    published: datetime | None


def side_of(resource: Resource, file: StoredFile | None, *, by: Any, at: datetime, row: Resource) -> Side:
    """``resource`` (row or draft) with the file that is compared, for ``by``.

    ``row``: as it stands in the table; says what is public.
    """
    kept = access.may_manage(by, row)
    public = access.is_public(row, at)
    return Side(
        resource=resource,
        file=file,
        shown=shown_of(file, by=by, published_in=row if public else None) if file else Shown(),
        edit_url=reverse(Resource.snippet_viewset.get_url_name("edit"), args=[row.pk]) if kept else "",
        public_url=row.get_absolute_url() if public else "",
        published=row.published_at if public else None,
    )


def shown_of(
    file: StoredFile, *, by: Any, published_in: Resource | None = None, staff: bool | None = None
) -> Shown:
    """Through the staff's addresses where ``by`` may see the file, else through those of the resource.

    ``staff``: the answer, where it is known already for many files.
    """
    if staff is None:
        staff = access.may_see_file(by, file)
    if not staff and published_in is None:
        return Shown()
    renditions = list(file.renditions.all())

    def address(rendition: Rendition | None) -> str:
        if rendition is None:
            return ""
        if staff or published_in is None:
            return staff_address(rendition)
        return public_address(published_in, rendition)

    return Shown(
        picture=address(_picture(renditions)),
        film=address(_played(renditions, "video")),
        sound=address(_played(renditions, "audio")) if file.main_type == "audio" else "",
        paper=address(_first(renditions, ("application/pdf",))) if staff else "",
        original=original_address(file) if staff else "",
    )


def _picture(renditions: list[Rendition]) -> Rendition | None:
    """The smallest that is at least 600 pixels wide, else the widest."""
    pictures = sorted(
        (one for one in renditions if one.purpose in ("picture", "poster") and one.name.endswith(".webp")),
        key=lambda one: one.width or 0,
    )
    wide = [one for one in pictures if (one.width or 0) >= 600]
    chosen = wide or pictures[-1:]
    return chosen[0] if chosen else None


def _played(renditions: list[Rendition], main_type: str) -> Rendition | None:
    return _first([one for one in renditions if one.purpose == "download"], _PLAYED[main_type])


def _first(renditions: list[Rendition], media_types: tuple[str, ...]) -> Rendition | None:
    return next((one for one in renditions if one.media_type in media_types), None)
