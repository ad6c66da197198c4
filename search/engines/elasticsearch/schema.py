"""The index in Elasticsearch: settings and mapping. A change here is a new VERSION and needs a rebuild.

Text arrives as keys cut and folded by :mod:`search.text` and is only split at spaces: there is one
normaliser, whatever the engine. Only features of a plain 8.x with the basic licence.
"""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import (
    Boolean,
    DenseVector,
    Document,
    Float,
    Integer,
    Keyword,
    Long,
    Nested,
    Object,
    Text,
)
from elasticsearch.dsl import analyzer as dsl_analyzer

from search.request import FACETS

VERSION = 2
DIMENSIONS = 384
"""Of the vectors of multilingual-e5-small."""
MOST_STARTS = 19
"""Characters of a beginning that are indexed as such (Elasticsearch allows 19); longer ones cost a little."""

keys = dsl_analyzer("kho57_keys", tokenizer="whitespace")
"""Keys of search.text, one space between two."""
line = dsl_analyzer("kho57_line", tokenizer="keyword")
"""A whole line as one key."""


def _scored() -> Text:
    """Folded keys that are ranked by; positions are not needed, neighbours stand in ``pairs``."""
    return Text(analyzer=keys, index_options="freqs")


def _starts() -> Text:
    return Text(
        analyzer=line,
        index_options="docs",
        norms=False,
        index_prefixes={"min_chars": 1, "max_chars": MOST_STARTS},
    )


class Indexed(Document):
    """A document or a tombstone. ``stored`` is the :class:`~search.engines.contract.Document` itself.

    ``offered``: lines to suggest, each ``kind language line`` with tabs between; read as values of a column,
    since the stored document of a long transcript is slow to open for one line of it.
    """

    key = Long()
    version = Long()
    deleted = Boolean()
    desk = Boolean()
    owner = Long()
    published = Long()
    public_from = Long()
    public_until = Long()
    uses = Integer()
    worth = Float()
    title_key = Keyword()

    title = _scored()
    keywords = _scored()
    labels = _scored()
    summary = _scored()
    body = _scored()
    transcript = _scored()
    pairs = Text(analyzer=keys, index_options="freqs")
    exact = Text(analyzer=keys)
    everything = Text(analyzer=keys, norms=False)

    begins = _starts()
    begins_within = _starts()
    offered = Keyword(index=False)
    stored = Object(enabled=False)
    passages = Nested(
        properties={
            "number": Integer(index=False),
            # Whole values: with 8 bits each a cosine of 0 came back as 0.19.
            "vector": DenseVector(
                dims=DIMENSIONS, index=True, similarity="dot_product", index_options={"type": "hnsw"}
            ),
        }
    )

    class Meta:
        dynamic = False


for _facet in FACETS:
    Indexed._doc_type.mapping.field(f"facet_{_facet}", Keyword())

SCORED = ("title", "keywords", "labels", "summary", "body", "transcript")
KEPT = ["key", "version", "deleted", "stored"]
"""What is kept to be read again; the keys themselves are only searched."""


def body(*, shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mappings of a new index."""
    mapping = Indexed._doc_type.mapping
    mappings = mapping.to_dict()
    mappings["dynamic"] = False
    mappings["_source"] = {"includes": [*KEPT, "stored.*"]}
    mappings["_meta"] = {"kho57": VERSION}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            # Explicit, so that an index nobody searches is refreshed too: what is published must be found.
            "refresh_interval": "500ms",
            "max_result_window": 10_000,
            "analysis": {"analyzer": _analyzers()},
        },
        "mappings": mappings,
    }


def _analyzers() -> dict[str, Any]:
    return {one._name: one.get_definition() for one in (keys, line)}
