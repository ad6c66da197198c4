"""What every engine must do. The suite in ``tests/search/engine_contract.py`` holds each to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from search.query import Query
from search.request import FACETS
from search.results import Suggestion

GONE = 2**62
"""Version of a deletion whose row no longer exists: nothing comes after it."""

Position: TypeAlias = tuple[float | str | int, ...]
"""Sort values of the last hit of a page; what they mean is the engine's affair."""


class Unavailable(Exception):
    """The engine cannot answer or store now; the same call may succeed later."""


class Resting(Unavailable):
    """The engine was not even asked: it failed a moment ago, which was said then."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Spoken words and their time in seconds."""

    start: float
    end: float
    text: str


class Vector(NamedTuple):
    """What one passage of a document means: its number, and float32 values of unit length, little-endian."""

    number: int
    values: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A resource as engines know it: text to be found (canonical), and values to filter by.

    ``id`` is the resource's primary key; ``version`` only ever rises with its changes. Codes are those of
    addresses; ``agency`` is the code of the agency that carries the owner on today, ``owner`` the key of the
    agency that keeps it.

    A resource has up to two documents. The public one holds what was published and may be found by everyone
    from ``public_from`` until ``public_until``. The one of the ``desk`` holds the newest version, draft or
    not, for the people of its agency. They differ by :attr:`key`.

    ``told``: everyone may read it at the moment of indexing, so its words may help to spell.
    ``uses``: how often it was used, by people. ``worth``: completeness of the record, 0 to 1.
    ``identifiers``: scheme and value. ``vectors`` are no part of its JSON.
    """

    id: int
    version: int
    desk: bool = False
    owner: int = 0
    public_id: str = ""
    slug: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    agency_label: str = ""
    agency_label_en: str = ""
    title: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    topic_labels: tuple[str, ...] = ()
    audience_labels: tuple[str, ...] = ()
    agency_names: tuple[str, ...] = ()
    campaign_titles: tuple[str, ...] = ()
    kind_labels: tuple[str, ...] = ()
    alt: tuple[str, ...] = ()
    text_alternative: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    pages: tuple[str, ...] = ()
    kind: str = ""
    audiences: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    agency: str = ""
    campaign: str = ""
    year: str = ""
    language: str = "vi"
    licence: str = ""
    has_captions: bool = False
    commercial: bool = False
    duration: float | None = None
    orientation: str = ""
    has_english: bool = False
    published_at: datetime
    public_from: datetime | None = None
    public_until: datetime | None = None
    told: bool = True
    uses: int = 0
    worth: float = 0.0
    vectors: tuple[Vector, ...] = field(default=(), compare=False)

    @property
    def key(self) -> int:
        """What an engine knows it by: ``id``, negative for the document of the desk."""
        return -self.id if self.desk else self.id

    def facet_values(self) -> dict[str, tuple[str, ...]]:
        """Values of each facet of :data:`search.request.FACETS`; empty where the document has none."""
        single = {
            "kind": self.kind,
            "agency": self.agency,
            "campaign": self.campaign,
            "year": self.year,
            "language": self.language,
            "licence": self.licence,
            "captions": "yes" if self.has_captions else "",
            "commercial": "yes" if self.commercial else "",
            "duration": length_of(self.duration),
            "orientation": self.orientation,
            "english": "yes" if self.has_english else "",
        }
        many = {"audience": self.audiences, "topic": self.topics}
        return {**many, **{name: (value,) if value else () for name, value in single.items()}}

    def to_json(self) -> str:
        """The document as JSON; :meth:`from_json` gives an equal one."""
        return json.dumps(self.to_values(), ensure_ascii=False, separators=(",", ":"))

    def to_values(self) -> dict[str, Any]:
        """The document in plain values, as JSON has them; :meth:`from_values` gives an equal one."""
        values = asdict(replace(self, vectors=()))
        del values["vectors"]
        for name in MOMENTS:
            values[name] = values[name].isoformat() if values[name] else None
        return values

    @classmethod
    def from_json(cls, stored: str) -> Document:
        """Raises ValueError for what :meth:`to_json` did not write."""
        return cls.from_values(json.loads(stored))

    @classmethod
    def from_values(cls, stored: Mapping[str, Any]) -> Document:
        """Raises ValueError or KeyError for what :meth:`to_values` did not write."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
            if name in _NAMES
        }
        values["cues"] = tuple(Cue(**cue) for cue in values["cues"])
        values["identifiers"] = tuple((scheme, value) for scheme, value in values.get("identifiers", ()))
        for name in MOMENTS:
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        return cls(**values)


_NAMES = frozenset(item.name for item in fields(Document))
MOMENTS = ("published_at", "public_from", "public_until")
SHORT, LONG = 180.0, 900.0
"""Seconds: up to three minutes is short, over fifteen long."""


def length_of(duration: float | None) -> str:
    """``short``, ``medium`` or ``long`` for a duration in seconds; empty without one."""
    if not duration:
        return ""
    return "short" if duration <= SHORT else "medium" if duration <= LONG else "long"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A document that must not be found any more, as of ``version``; ``id`` is its :attr:`Document.key`."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone of the staff: ``agencies`` are the keys they work for; ``lead`` sees every agency's desk."""

    agencies: frozenset[int] = frozenset()
    lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A search for an engine: the parsed words, chosen values by facet, order, place and moment.

    Without ``reader`` public documents are found. With one, those of the desk of the reader's agencies, and
    the public ones of all others: each resource once.
    ``hidden``: keys that are no hits, whatever the index says: it has yet to hear that they were taken back.
    ``first``: keys that are hits whatever their words, and stand first in this order where the order is that
    of relevance. ``also``: keys that are hits whatever their words.
    """

    query: Query
    reader: Reader | None = None
    hidden: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    after: Position | None = None
    snapshot: str = ""
    size: int = 20
    facets: tuple[str, ...] = FACETS
    at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document as it was indexed, its key, and how well it fits (higher is better)."""

    id: int
    score: float
    document: Document


class Near(NamedTuple):
    """A document near in meaning: its key, the cosine of its best passage, and that passage's number."""

    key: int
    cosine: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hits of one page; exact ``total``; counts by facet, each as if the facet itself had no choice.

    ``snapshot`` names, for some minutes, the state of the index that this page was taken from; empty where
    an engine keeps none.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]
    next: Position | None
    snapshot: str = ""


class Engine(Protocol):
    """Stores documents and finds them again. Every method may raise :class:`Unavailable`."""

    name: str
    batch: int
    """Resources that a worker brings at a time."""
    own_table: bool
    """Whether it reads the live table itself, so that nothing it finds was taken back meanwhile."""

    def index(self, documents: Sequence[Document]) -> None:
        """Store or replace. A document older than what is stored, or deleted, is ignored."""

    def delete(self, tombstones: Sequence[Tombstone]) -> None:
        """Take back, and remember the version; a tombstone older than what is stored is ignored."""

    def search(self, ask: Ask) -> Answer:
        """Never raises for any words, choices or position."""

    def keys(self, ask: Ask) -> list[int]:
        """Keys of the hits that :meth:`search` would give for ``ask``, without documents, total or counts."""

    def suggest(
        self, prefix: str, *, language: str, limit: int, at: datetime, hidden: Sequence[int] = ()
    ) -> list[Suggestion]:
        """Lines of public documents of which a word begins with ``prefix``, accents or not."""

    def similar(self, id: int, *, limit: int, at: datetime) -> list[int]:
        """Ids of public documents with words like this public one's, best first, never itself."""

    def nearest(self, vector: bytes, *, limit: int, at: datetime, reader: Reader | None = None) -> list[Near]:
        """Documents with the passages nearest in meaning, each once, best first; empty without vectors."""

    def explain(self, id: int, ask: Ask) -> dict[str, float]:
        """What each part of the query adds to the score of document ``id``; empty where it is no hit."""

    def count(self) -> int:
        """Stored documents, tombstones not counted."""

    def checksum(self) -> str:
        """Equal for equal sets of ids and versions, on every engine (:func:`checksum_of`)."""

    def stored(self, *, after: int | None, limit: int) -> dict[int, int]:
        """Versions of the next ``limit`` documents by key, from the lowest; tombstones not counted."""

    def clear(self) -> None:
        """Forget everything, tombstones too."""

    def problem(self) -> str:
        """What keeps it from answering well, in words for an operator; empty where nothing does."""


@runtime_checkable
class Guarded(Protocol):
    """An engine that a process stops asking for a while when it does not answer."""

    name: str

    @property
    def turned_away(self) -> bool:
        """Whether searches of this process are turned away for now, without the engine being asked."""


def checksum_of(versions: dict[int, int]) -> str:
    """Order-free checksum of ids and versions, as 16 hex digits (sum of their BLAKE2b hashes mod 2**64)."""
    total = 0
    for pk, version in versions.items():
        total += int.from_bytes(blake2b(f"{pk}:{version}".encode(), digest_size=8).digest())
    return f"{total % 2**64:016x}"
