"""The choices that narrow a search, as the page offers them: most useful first, topics as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from media_library.models import Topic
from search.facets import Choice, Facet
from search.request import NAMES, YES_OR_NOTHING
from search.results import FacetValue, SearchResults

FIRST = 8
"""Choices of a facet shown before the rest is folded away."""
ONLY = "only"
"""The group of those facets that have a single choice."""
ORDER = (
    *("kind", "audience", "topic", ONLY, "agency", "year"),
    *("licence", "duration", "orientation", "language", "campaign"),
)
_OPEN = ("kind", "audience", "topic", ONLY)
_KEEPS_NOTHING = ("kind", "audience", *YES_OR_NOTHING)
"""Facets of which a choice with nothing behind it stays, greyed by its figure."""
_ONLY_ORDER = ("commercial", "captions", "english")
_RISING = ("short", "medium", "long")
_DEEPEST = 3


def facets_of(results: SearchResults) -> list[Facet]:
    """Facets with at least one choice, most useful first."""
    values = {name: [one for one in found if _kept(name, one)] for name, found in results.facets.items()}
    choices = {name: _choices(name, found) for name, found in values.items() if name not in YES_OR_NOTHING}
    choices["topic"] = branched(values.get("topic", []), parents() if values.get("topic") else {})
    choices["duration"] = sorted(choices.get("duration", []), key=lambda one: _RISING.index(one.value))
    choices[ONLY] = [one for name in _ONLY_ORDER for one in _choices(name, values.get(name, []))]
    return [_facet(name, choices[name]) for name in ORDER if choices.get(name)]


def _kept(name: str, value: FacetValue) -> bool:
    return bool(value.count or value.selected or name in _KEEPS_NOTHING)


def _choices(name: str, values: Iterable[FacetValue]) -> list[Choice]:
    return [Choice(name, one.value, one.label, one.count, one.selected) for one in values]


def _facet(name: str, choices: list[Choice]) -> Facet:
    label = _("Only show") if name == ONLY else str(NAMES[name])
    cut = next((place for place, one in enumerate(choices) if place >= FIRST and not one.level), len(choices))
    return Facet(
        name=name,
        label=label,
        first=choices[:cut],
        more=choices[cut:],
        open=name in _OPEN or any(one.selected for one in choices),
        searchable=name == "agency" and len(choices) > FIRST,
    )


def parents() -> dict[str, str]:
    """The slug of the topic above each topic that has one."""
    rows = Topic.objects.filter(parent__isnull=False).values_list("slug", "parent__slug")
    return {slug: str(above) for slug, above in rows}


def branched(values: Sequence[FacetValue], above: Mapping[str, str]) -> list[Choice]:
    """``values`` with each directly below the nearest one of them that stands above it.

    Brothers keep their order. What stands in a ring, or below nothing that is offered, starts a branch.
    """
    offered = {one.value: one for one in values}
    nearest = {value: _nearest(value, above, offered) for value in offered}
    placed: dict[str, Choice] = {}

    def place(one: FacetValue, level: int) -> None:
        if one.value in placed:
            return
        under = offered[nearest[one.value]].label if level else ""
        shown = min(level, _DEEPEST)
        placed[one.value] = Choice("topic", one.value, one.label, one.count, one.selected, shown, under)
        for child in values:
            if nearest[child.value] == one.value:
                place(child, level + 1)

    for one in values:
        if not nearest[one.value]:
            place(one, 0)
    for one in values:
        place(one, 0)
    return list(placed.values())


def _nearest(value: str, above: Mapping[str, str], offered: Mapping[str, FacetValue]) -> str:
    """The first topic above ``value`` that is offered; empty without one."""
    seen, wider = {value}, above.get(value, "")
    while wider and wider not in offered and wider not in seen:
        seen.add(wider)
        wider = above.get(wider, "")
    return wider if wider in offered else ""
