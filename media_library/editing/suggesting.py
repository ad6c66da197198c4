"""What a file says of itself, offered beside it: a person takes it over, or leaves it.

It was read at intake (:mod:`media_library.processing.embedded`) and is shown to those who edit the resource
only; nothing of it reaches the public before somebody has put it into a field.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_library.models import Resource, StoredFile

FIELDS = {
    "title": "title",
    "caption": "summary",
    "credit": "credit_line",
    "rights": "terms",
    "keywords": "keywords",
    "alt": "alt",
}
"""What was found, and the field of the form that it may fill."""
_LABELS = {
    "keywords": gettext_lazy("Keywords"),
    "alt": gettext_lazy("Alt text"),
    "date": gettext_lazy("Date"),
}


@dataclass(frozen=True)
class Suggestion:
    """``field`` is empty for what is only told, as the date; ``said`` names the standard it was found by."""

    field: str
    label: str
    said: str
    value: str


def suggestions_of(file: StoredFile | None, *, fields: Collection[str]) -> list[Suggestion]:
    """What ``file`` offers for the ``fields`` of a form, in the order of the form."""
    embedded = file.properties.get("embedded", {}) if file else {}
    offered = [
        _suggestion(FIELDS[name], embedded[name])
        for name in FIELDS
        if name in embedded and FIELDS[name] in fields
    ]
    return [*offered, _suggestion("date", embedded["date"], fills=False)] if "date" in embedded else offered


def _suggestion(field: str, told: dict[str, str | list[str]], *, fills: bool = True) -> Suggestion:
    value = told["value"]
    label = _LABELS.get(field) or Resource._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    text = str(label)
    return Suggestion(
        field=field if fills else "",
        label=text[:1].upper() + text[1:],
        said=_("In the file (%(source)s):") % {"source": told["source"]},
        value=", ".join(value) if isinstance(value, list) else value,
    )
