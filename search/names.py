"""Names of the vocabularies' codes, kept in the process for a minute: every answer with facets shows them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from media_library.models import Agency, Audience, Campaign, Topic

KEPT = 60.0
"""Seconds after which a name is asked for again, so that a new one shows at the latest then."""
SOURCES: dict[str, tuple[Any, str]] = {
    "audience": (Audience, "slug"),
    "topic": (Topic, "slug"),
    "agency": (Agency, "code"),
    "campaign": (Campaign, "code"),
}
"""Facets whose choices are rows, and the field that is their code."""


class Names:
    """Whole vocabularies by facet and language; a code that is not among them is looked up at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, dict[str, str]]] = {}

    def of(self, facet: str, codes: Collection[str], *, lang: str) -> dict[str, str]:
        """Names in ``lang`` by code; none for facets whose choices are no rows."""
        if facet not in SOURCES or not codes:
            return {}
        since, names = self._kept.get((facet, lang), (0.0, {}))
        if self._clock() - since > KEPT or not names.keys() >= set(codes):
            names = _loaded(facet, lang)
            self._kept[facet, lang] = self._clock(), names
        return names

    def forget(self) -> None:
        """Ask for everything again."""
        self._kept.clear()


def _loaded(facet: str, lang: str) -> dict[str, str]:
    model, code = SOURCES[facet]
    return {getattr(row, code): row.label_in(lang) for row in model._default_manager.all()}


names = Names()
"""Those of this process."""
