"""Documents as Elasticsearch stores them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from search import text
from search.engines.contract import Document, Tombstone
from search.engines.database.entry import Entry
from search.engines.elasticsearch.schema import SCORED

LONGEST_LINE = 60
"""Characters of a key of a line that are kept; what one types further is compared up to here."""


def of(document: Document) -> dict[str, Any]:
    """The source of ``document``."""
    entry = Entry.of(document)
    columns = dict(zip(SCORED, entry.folded, strict=True))
    lines = list(_lines(document))
    whole = [text.key(line) for line, _kind in lines]
    return {
        "key": document.key,
        "version": document.version,
        "deleted": False,
        "desk": document.desk,
        "owner": document.owner,
        "published": milliseconds(document.published_at),
        "public_from": milliseconds(document.public_from) if document.public_from else None,
        "public_until": milliseconds(document.public_until) if document.public_until else None,
        "uses": document.uses,
        "worth": document.worth,
        "title_key": text.sort_key(document.title),
        **{f"facet_{name}": list(values) for name, values in document.facet_values().items()},
        **columns,
        "pairs": entry.pairs,
        "exact": entry.all_exact,
        "everything": " _ ".join(filter(None, entry.folded)),
        "begins": [key[:LONGEST_LINE] for key in whole if key],
        "begins_within": [part[:LONGEST_LINE] for key in whole for part in _later_words(key)],
        "offered": [offered(kind, document.language, line) for line, kind in lines],
        "stored": document.to_values(),
        "passages": [
            {"number": one.number, "vector": np.frombuffer(one.values, dtype="<f4").tolist()}
            for one in document.vectors
        ],
    }


def of_tombstone(tombstone: Tombstone) -> dict[str, Any]:
    """What stays of a document that is gone, so that nothing older brings it back."""
    return {"key": tombstone.id, "version": tombstone.version, "deleted": True}


def milliseconds(moment: datetime) -> int:
    """Milliseconds of 1970, cut off."""
    return int(moment.timestamp() * 1000)


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    """Lines to suggest, vocabulary before titles, and what each is."""
    named = (
        ("topic", document.topic_labels),
        ("agency", document.agency_names),
        ("keyword", document.keywords),
        ("title", (document.title,)),
    )
    return ((line[:200], kind) for kind, lines in named for line in lines)


def offered(kind: str, language: str, line: str) -> str:
    """A line to suggest as one value; :func:`read_offered` takes it apart."""
    return f"{kind}\t{language}\t{line}"


def read_offered(value: str) -> tuple[str, str, str]:
    """Kind, language and line."""
    kind, language, line = value.split("\t", 2)
    return kind, language, line


def _later_words(key: str) -> Iterator[str]:
    words = key.split()
    return (" ".join(words[position:]) for position in range(1, len(words)))
