"""What was found, as callers see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from media_library.models import Resource
from search.request import Notice, SearchRequest

if TYPE_CHECKING:
    from search.engines.contract import Document


@dataclass(frozen=True, slots=True)
class Highlights:
    """Safe HTML with the found words in ``<mark>``; ``snippet`` is empty where the summary says enough."""

    title: SafeString
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where the words are said: seconds from the start, the words, and the same with marks as safe HTML."""

    start: float
    text: str
    html: SafeString

    @property
    def seconds(self) -> int:
        """Whole seconds, for ``?t=``."""
        return int(self.start)

    @property
    def clock(self) -> str:
        """``1:23`` or ``1:02:03``."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One resource found, its card loaded. ``page``: number of the PDF page that has the words, from 1.

    ``picked``: an editor chose it for this question. ``by_meaning``: found by what it means, not by words.
    ``key``: what the engine knows it by (:attr:`search.engines.contract.Document.key`).
    """

    resource: Resource
    highlights: Highlights
    spoken: Spoken | None = None
    page: int | None = None
    picked: bool = False
    by_meaning: bool = False
    key: int = 0


@dataclass(frozen=True, slots=True)
class DocumentFound:
    """As :class:`SearchResult`, with what the index holds in the place of the resource."""

    document: Document
    highlights: Highlights
    spoken: Spoken | None = None
    page: int | None = None
    picked: bool = False
    by_meaning: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet; ``count`` is what choosing it (among the facet's own choices) would show."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The answer to ``request``: ``total`` is exact, ``next`` is the cursor of the next page or None.

    ``suggestion`` is another wording that would find more; ``corrected`` is set where nothing was found for
    the words as typed and these were searched instead. ``loose``: nothing has enough of the words, so these
    have only some of them. ``simpler``: the embedded engine answers in the place of the configured one.
    """

    request: SearchRequest
    total: int = 0
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    suggestion: str | None = None
    corrected: str | None = None
    loose: bool = False
    simpler: bool = False
    next: str | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def next_query_string(self) -> str | None:
        """Query string of the next page, or None on the last."""
        return self.request.with_(after=self.next).query_string() if self.next else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults(Results):
    """Results with their resources, for pages."""

    results: tuple[SearchResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResults(Results):
    """Results with their documents, for answers that show nothing else of a resource."""

    results: tuple[DocumentFound, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line offered while typing: its words with accents, and what it is (title, topic, agency, keyword)."""

    text: str
    kind: str
