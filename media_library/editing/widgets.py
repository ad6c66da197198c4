"""A file field that shows what is there: the picture, its name, whether it is ready."""

from __future__ import annotations

from typing import Any

from django import forms

from media_library.models import Asset, StoredFile


class FileWithPreview(forms.FileInput):
    """``current``: the asset as saved; ``kept``: a file taken in by a form that had other mistakes."""

    template_name = "editing/widgets/file.html"

    def __init__(self, *, accept: str) -> None:
        super().__init__(attrs={"accept": accept, "class": "k57-file"})
        self.current: Asset | None = None
        self.kept: StoredFile | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        file = self.kept or (self.current.file if self.current else None)
        context["widget"].update(file=file, kept=self.kept is not None, thumbnail=_thumbnail(file))
        return context


def _thumbnail(file: StoredFile | None) -> str:
    """Name of the smallest picture made of ``file``, or an empty string."""
    if file is None:
        return ""
    pictures = [item for item in file.renditions.all() if item.purpose in ("picture", "poster")]
    pictures.sort(key=lambda item: item.width or 0)
    return next((item.name for item in pictures if item.name.endswith(".webp")), "")
