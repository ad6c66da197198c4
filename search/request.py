"""What is searched for: a frozen value, parsed once at the edge.

:meth:`SearchRequest.parse` never raises: what cannot be used is left out and told in a notice.
:meth:`SearchRequest.query_string` writes the same value in one canonical order, for links and chips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_library.kinds import Kind
from media_library.models.rights import LICENCES
from search import text

LONGEST_QUERY = 300
"""Characters of ``q`` that are read."""
MOST_CHOICES = 20
"""Choices read of one facet."""
LONGEST_CURSOR = 600
SORTS = {
    "relevance": gettext_lazy("Most relevant"),
    "newest": gettext_lazy("Newest"),
    "used": gettext_lazy("Most used"),
    "title": gettext_lazy("Title"),
}
LANGUAGES = ("vi", "en")
YEARS = range(1900, 2200)
NAMES: dict[str, str | Promise] = {
    "q": gettext_lazy("Search words"),
    "kind": gettext_lazy("Kind"),
    "audience": gettext_lazy("Audience"),
    "topic": gettext_lazy("Topic"),
    "agency": gettext_lazy("Agency"),
    "campaign": gettext_lazy("Campaign"),
    "year": gettext_lazy("Year"),
    "language": gettext_lazy("Language"),
    "licence": gettext_lazy("Terms of use"),
    "captions": gettext_lazy("Captions or transcript"),
    "commercial": gettext_lazy("Commercial use"),
    "duration": gettext_lazy("Length"),
    "orientation": gettext_lazy("Orientation"),
    "english": gettext_lazy("In English"),
    "sort": gettext_lazy("Order"),
    "exact": gettext_lazy("Exactly these words"),
    "after": gettext_lazy("Next page"),
}
"""Every parameter, with the words that name it to a reader."""
FACETS = (
    *("kind", "audience", "topic", "agency", "campaign", "year", "language"),
    *("licence", "commercial", "captions", "duration", "orientation", "english"),
)
YES_OR_NOTHING = ("captions", "commercial", "english")
"""Facets with one choice: only those that have it."""
_CODE = re.compile(r"[\w.\-]{1,80}")


@dataclass(frozen=True, slots=True)
class Notice:
    """What of a request was left out, in words for the reader; ``parameter`` names its cause."""

    parameter: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """Words, choices, order and place. ``lang`` is the interface language (``vi`` or ``en``)."""

    q: str = ""
    kind: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    commercial: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()
    orientation: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    sort: str = "relevance"
    exact: bool = False
    after: str = ""
    lang: str = "vi"

    @classmethod
    def parse(
        cls, parameters: QueryDict | Mapping[str, Any], lang: str
    ) -> tuple[SearchRequest, list[Notice]]:
        """The request that ``parameters`` ask for, and what of them could not be used."""
        lists = _lists(parameters)
        notices = [_unknown(name) for name in lists if name not in NAMES]
        values: dict[str, Any] = {"lang": lang if lang in LANGUAGES else LANGUAGES[0]}
        values["q"] = _words(lists.get("q", []), notices)
        for facet in FACETS:
            values[facet] = _choices(facet, lists.get(facet, []), notices)
        values["sort"] = _sort(lists.get("sort", []), notices)
        values["exact"] = bool({"yes", "1", "true", "on"} & set(lists.get("exact", [])))
        values["after"] = _cursor(lists.get("after", []), notices)
        return cls(**values), notices[:MOST_CHOICES]

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Facets with at least one choice."""
        return {facet: chosen for facet in FACETS if (chosen := getattr(self, facet))}

    @property
    def effective_sort(self) -> str:
        """The order that applies: without words there is nothing to be relevant to."""
        return self.sort if self.q or self.sort != "relevance" else "newest"

    def with_(self, **values: Any) -> SearchRequest:
        """The same from its first page with single values set and choices added: ``with_(topic="stem")``."""
        changed = {name: self._added(name, value) for name, value in values.items()}
        return replace(self, **{"after": "", **changed})

    def without(self, *names: str, **values: str) -> SearchRequest:
        """The same from its first page without whole parameters or without single choices."""
        blank: dict[str, Any] = {item.name: item.default for item in fields(self)}
        cleared = {name: blank[name] for name in names}
        kept: dict[str, Any] = {
            name: tuple(chosen for chosen in getattr(self, name) if chosen != str(value))
            for name, value in values.items()
        }
        return replace(self, **{"after": "", **cleared, **kept})

    def _added(self, name: str, value: Any) -> Any:
        if name not in FACETS:
            return value
        more = value if isinstance(value, tuple | list) else (value,)
        return tuple(sorted({*getattr(self, name), *map(str, more)}))

    def query_string(self) -> str:
        """Canonical ``name=value`` pairs without what is default: equal requests, equal strings."""
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        pairs += [(facet, chosen) for facet in FACETS for chosen in getattr(self, facet)]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.exact:
            pairs.append(("exact", "yes"))
        if self.after:
            pairs.append(("after", self.after))
        return urlencode(pairs)


def _lists(parameters: QueryDict | Mapping[str, Any]) -> dict[str, list[str]]:
    if isinstance(parameters, QueryDict):
        return {name: list(values) for name, values in parameters.lists()}
    return {
        str(name): [str(item) for item in (value if isinstance(value, list | tuple) else [value])]
        for name, value in parameters.items()
    }


def _unknown(name: str) -> Notice:
    shown = text.canonical(name)[:40]
    return Notice(shown, _("“%(name)s” is not a search option and was ignored.") % {"name": shown})


def _unusable(name: str, value: str) -> Notice:
    shown = text.canonical(value)[:40]
    message = _("“%(value)s” cannot be used for “%(name)s” and was ignored.")
    return Notice(name, message % {"value": shown, "name": NAMES[name]})


def _words(values: list[str], notices: list[Notice]) -> str:
    q = " ".join(text.canonical(" ".join(values)[: LONGEST_QUERY * 40]).split())
    if len(q) <= LONGEST_QUERY:
        return q
    message = _("Only the first %(count)s characters of your question were used.")
    notices.append(Notice("q", message % {"count": LONGEST_QUERY}))
    return q[:LONGEST_QUERY].rstrip()


def _choices(facet: str, values: list[str], notices: list[Notice]) -> tuple[str, ...]:
    chosen: set[str] = set()
    for value in values:
        tidy = text.canonical(value[:200]).strip()
        if not tidy:
            continue
        if not _known(facet, tidy):
            notices.append(_unusable(facet, value[:200]))
        elif len(chosen) < MOST_CHOICES:
            chosen.add(_tidied(facet, tidy))
        elif tidy not in chosen:
            notices.append(_too_many(facet))
            break
    return tuple(sorted(chosen))


def _too_many(facet: str) -> Notice:
    message = _("Only the first %(count)s choices of “%(name)s” were used.")
    return Notice(facet, message % {"count": MOST_CHOICES, "name": NAMES[facet]})


def _tidied(facet: str, value: str) -> str:
    if facet in YES_OR_NOTHING:
        return "yes"
    return str(int(value)) if facet == "year" else value


_ALLOWED: dict[str, Iterable[str]] = {
    "kind": Kind.values,
    "language": LANGUAGES,
    "licence": LICENCES,
    "duration": ("short", "medium", "long"),
    "orientation": ("landscape", "portrait", "square"),
    **dict.fromkeys(YES_OR_NOTHING, ("yes", "1", "true", "on")),
}


def _known(facet: str, value: str) -> bool:
    """Whether ``value`` can be a choice of ``facet``; codes of the vocabularies are asked of the index."""
    if facet in _ALLOWED:
        return value in _ALLOWED[facet]
    if facet == "year":
        return bool(re.fullmatch(r"[0-9]{4}", value)) and int(value) in YEARS
    return bool(_CODE.fullmatch(value))


def _sort(values: list[str], notices: list[Notice]) -> str:
    for value in values:
        if value in SORTS:
            return value
        if value.strip():
            notices.append(_unusable("sort", value[:200]))
    return "relevance"


def _cursor(values: list[str], notices: list[Notice]) -> str:
    value = next((value for value in values if value), "")
    if len(value) <= LONGEST_CURSOR and re.fullmatch(r"[A-Za-z0-9_\-]*", value):
        return value
    notices.append(place_lost())
    return ""


def place_lost() -> Notice:
    """A place in the results that cannot be gone on from: forged, cut short, or of another question."""
    return Notice("after", _("That place in the results is no longer valid: here is the first page."))
