"""How a document enters the embedded index: keys by column, and what is counted of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from search import text
from search.engines.contract import Document

COLUMNS = ("title", "keywords", "labels", "summary", "body", "transcript")
"""Columns of folded keys."""
BOUNDARY = "_"
"""Stands between two texts of a column, so that no phrase or pair runs over their edge."""
MOST_KEYS = 30_000
"""Keys of one column that are indexed. A tsvector may hold 1 MB; this is some 100 printed pages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Keys of one document: folded by column of :data:`COLUMNS`, and exact, each with boundaries."""

    folded: tuple[str, ...]
    exact: tuple[str, ...]
    told: bool = True
    """Whether its words are counted; see :class:`search.engines.contract.Document`."""

    @classmethod
    def of(cls, document: Document) -> Entry:
        folded, exact = [], []
        for column in columns(document):
            keys = list(islice(_keys(column), MOST_KEYS))
            folded.append(" ".join([plain for plain, _precise in keys]))
            exact.append(" ".join([precise for _plain, precise in keys]))
        return cls(tuple(folded), tuple(exact), document.told)

    @classmethod
    def of_all(cls, documents: Iterable[Document]) -> dict[int, Entry]:
        """By key. The two documents of a resource mostly say the same, so it is read once."""
        read: dict[tuple[tuple[str, ...], ...], Entry] = {}
        found: dict[int, Entry] = {}
        for document in documents:
            said = columns(document)
            entry = read[said] if said in read else read.setdefault(said, cls.of(document))
            found[document.key] = replace(entry, told=document.told)
        return found

    @property
    def pairs(self) -> str:
        """Neighbouring folded keys of all columns, as ``a_b``."""
        runs = (run for column in self.folded for run in _runs(column))
        return " ".join(pair for run in runs for pair in text.pairs(run, joint="_"))

    @property
    def all_exact(self) -> str:
        """Exact keys of all columns."""
        return f" {BOUNDARY} ".join(filter(None, self.exact))

    def grams(self) -> dict[str, str]:
        """Exact words and pairs (joined by a space) of the document, with their folded form."""
        found: dict[str, str] = {}
        for precise, plain in zip(self.exact, self.folded, strict=True):
            for exact, folded in zip(_runs(precise), _runs(plain), strict=True):
                found.update(zip(exact, folded, strict=True))
                pairs = zip(text.pairs(exact, joint=" "), text.pairs(folded, joint=" "), strict=True)
                found.update(pairs)
        return found

    def packed(self) -> bytes:
        """Compressed for storage; :meth:`unpacked` gives it back."""
        return zlib.compress(json.dumps([self.folded, self.exact, self.told], ensure_ascii=False).encode(), 1)

    @classmethod
    def unpacked(cls, stored: bytes) -> Entry:
        folded, exact, *told = json.loads(zlib.decompress(stored))
        return cls(tuple(folded), tuple(exact), *told)


def columns(document: Document) -> tuple[tuple[str, ...], ...]:
    """Texts of ``document`` in the order of :data:`COLUMNS`."""
    labels = (
        *document.topic_labels,
        *document.audience_labels,
        *document.agency_names,
        *document.campaign_titles,
        *document.kind_labels,
    )
    body = (*document.alt, *document.text_alternative, *document.body, *document.pages)
    spoken = (" ".join(cue.text for cue in document.cues),)
    return ((document.title,), document.keywords, labels, (document.summary,), body, spoken)


def _keys(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for position, one in enumerate(filter(None, texts)):
        if position:
            yield BOUNDARY, BOUNDARY
        for token in text.tokens(one):
            yield token.folded, token.exact


def _runs(column: str) -> Iterator[list[str]]:
    """Runs of keys between boundaries."""
    run: list[str] = []
    for key in column.split():
        if key == BOUNDARY:
            yield run
            run = []
        else:
            run.append(key)
    yield run
