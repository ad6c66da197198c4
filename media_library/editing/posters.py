"""The choice of a film's poster: one of the pictures that were taken from it becomes its cover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from media_library.files import storage
from media_library.intake.accept import accept
from media_library.kinds import Role
from media_library.models import Agency, Asset, Purpose, Rendition, StoredFile


class PosterChoice(forms.RadioSelect):
    """Small pictures to choose from, through the staff's own addresses."""

    template_name = "editing/widgets/poster.html"

    def __init__(self, offered: list[Rendition]) -> None:
        super().__init__(choices=[(one.name, one.name) for one in offered])
        self.offered = offered

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["offered"] = [
            {"rendition": one, "number": number, "chosen": one.name == value}
            for number, one in enumerate(self.offered, start=1)
        ]
        return context


def offered_for(original: Asset | None) -> list[Rendition]:
    """The pictures to choose from; none where the film is not prepared yet."""
    if original is None:
        return []
    return list(original.file.renditions.filter(purpose=Purpose.CANDIDATE).order_by("name"))


def chosen_already(offered: list[Rendition], cover: Asset | None) -> str:
    """The name of the one that is the cover, by its bytes; or an empty string."""
    if cover is None:
        return ""
    return next((one.name for one in offered if one.sha256 == cover.file.sha256), "")


def as_cover(chosen: Rendition, *, kind: str, agency: Agency, by: Any) -> StoredFile:
    """Take the picture in as any cover. Raises :class:`~media_library.intake.rejection.Rejected`."""
    return accept(
        stream=storage.open_range(chosen.storage_name, length=chosen.size),
        name="poster.jpg",
        kind=kind,
        role=Role.COVER,
        agency=agency,
        by=by,
        at=timezone.now(),
    )
