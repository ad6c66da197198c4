"""Facets as a reader sees them: labels in the reader's language, chosen values always among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from media_library.kinds import Kind
from media_library.models import Agency
from media_library.models.rights import LICENCES
from search.names import names
from search.request import SearchRequest
from search.results import FacetValue

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
CHOICES: dict[str, dict[str, str | Promise]] = {
    "captions": {"yes": gettext_lazy("With captions or a transcript")},
    "commercial": {"yes": gettext_lazy("May be used commercially")},
    "duration": {
        "short": gettext_lazy("Up to 3 minutes"),
        "medium": gettext_lazy("3 to 15 minutes"),
        "long": gettext_lazy("Over 15 minutes"),
    },
    "orientation": {
        "landscape": gettext_lazy("Landscape"),
        "portrait": gettext_lazy("Portrait"),
        "square": gettext_lazy("Square"),
    },
    "english": {"yes": gettext_lazy("Also in English")},
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick. ``level``: how deep it stands below ``under``, the wider choice named before it."""

    name: str
    value: str
    label: str
    count: int
    selected: bool
    level: int = 0
    under: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """``more`` is folded away after ``first``; ``searchable``: a field above leaves those that match."""

    name: str
    label: str
    first: Sequence[Choice]
    more: Sequence[Choice]
    open: bool
    searchable: bool = False

    @property
    def more_open(self) -> bool:
        """Whether something folded away is chosen."""
        return any(choice.selected for choice in self.more)


def current_codes(filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """``filters`` with each agency replaced by the one that carries it on today."""
    if "agency" not in filters:
        return filters
    agencies = {agency.code: agency for agency in _agencies()}
    codes = {agencies[code].current.code if code in agencies else code for code in filters["agency"]}
    return {**filters, "agency": tuple(sorted(codes))}


def labelled(counts: Mapping[str, Mapping[str, int]], request: SearchRequest) -> dict[str, list[FacetValue]]:
    """Values of each facet with label and count: years newest first, others the most frequent first."""
    chosen = {**dict.fromkeys(counts, ()), **current_codes(request.filters)}
    wanted = {facet: {**dict.fromkeys(chosen[facet], 0), **values} for facet, values in counts.items()}
    with translation.override(request.lang):
        return {
            facet: _values(facet, numbers, set(chosen[facet]), request.lang)
            for facet, numbers in wanted.items()
        }


def _values(facet: str, numbers: Mapping[str, int], chosen: set[str], lang: str) -> list[FacetValue]:
    labels = _labels(facet, numbers, lang)
    values = [
        FacetValue(value, labels.get(value, value), number, value in chosen)
        for value, number in numbers.items()
    ]
    if facet == "year":
        return sorted(values, key=lambda one: one.value, reverse=True)
    return sorted(values, key=lambda one: (-one.count, one.label))


def _labels(facet: str, values: Iterable[str], lang: str) -> dict[str, str]:
    if facet == "kind":
        return {value: str(label) for value, label in Kind.choices}
    if facet == "licence":
        return {code: str(licence.name) for code, licence in LICENCES.items()}
    if facet == "language":
        return LANGUAGE_NAMES
    if facet in CHOICES:
        return {value: str(label) for value, label in CHOICES[facet].items()}
    return names.of(facet, list(values), lang=lang)


def _agencies() -> list[Agency]:
    """All agencies, each knowing its successor without a further query."""
    agencies = {agency.pk: agency for agency in Agency.objects.all()}
    for agency in agencies.values():
        if agency.successor_id is not None:
            agency.successor = agencies[agency.successor_id]
    return list(agencies.values())
