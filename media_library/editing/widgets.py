"""Form controls of our own: a file with what is there already, a licence with what it allows."""

from __future__ import annotations

from typing import Any

from django import forms

from media_library.editing.suggesting import suggestions_of
from media_library.hints import contrast_hints
from media_library.models import LICENCES, Asset, StoredFile


class FileWithPreview(forms.FileInput):
    """``current``: the asset as saved; ``kept``: a file taken in by a form that had other mistakes.

    ``limit`` is in bytes; ``offered_to``: fields of the form that may take over what the file says of itself.
    The script sends a chosen file at once, with its ``kind``; without script it comes with the form.
    """

    template_name = "editing/widgets/file.html"

    def __init__(self, *, accept: str, limit: int, kind: str) -> None:
        super().__init__(attrs={"accept": accept, "class": "k57-file"})
        self.limit = limit
        self.kind = kind
        self.current: Asset | None = None
        self.kept: StoredFile | None = None
        self.resource_pk: int | None = None
        self.offered_to: tuple[str, ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        file = self.kept or (self.current.file if self.current else None)
        context["widget"].update(
            file=file,
            kept=self.kept is not None,
            thumbnail=_thumbnail(file),
            is_picture=file is not None and file.main_type == "image",
            has_focus=name == "main_file",
            endings=_endings(self.attrs["accept"]),
            limit=self.limit,
            kind=self.kind,
            resource_pk=self.resource_pk or "",
            weak=" ".join(contrast_hints(file.properties)) if file is not None else "",
            suggestions=suggestions_of(file, fields=self.offered_to),
        )
        return context


class LicenceSelect(forms.Select):
    """The choice of a licence, with what each allows, asks and forbids in plain words."""

    template_name = "editing/widgets/licence.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(licences=list(LICENCES.values()), chosen=str(value or ""))
        return context


def _endings(accept: str) -> str:
    """``.jpg, .png`` of an ``accept`` attribute."""
    return ", ".join(part for part in accept.split(",") if part.startswith("."))


def _thumbnail(file: StoredFile | None) -> str:
    """Name of a small picture made of ``file``, or an empty string."""
    if file is None:
        return ""
    pictures = [item for item in file.renditions.all() if item.purpose in ("picture", "poster")]
    pictures.sort(key=lambda item: item.width or 0)
    return next((item.name for item in pictures if item.name.endswith(".webp")), "")
