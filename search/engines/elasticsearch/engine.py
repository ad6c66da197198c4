"""The engine of record in production: Elasticsearch 8."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
from django.conf import settings
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.dsl.query import Bool, Prefix, Term

from search import text
from search.engines.contract import (
    Answer,
    Ask,
    Document,
    Hit,
    Near,
    Position,
    Reader,
    Tombstone,
    Unavailable,
    checksum_of,
)
from search.engines.elasticsearch import schema, source, statement, suggesting
from search.engines.elasticsearch.aliases import Aliases
from search.engines.elasticsearch.connection import Connection, Refused, Servers
from search.engines.elasticsearch.statement import Statement
from search.query import Query
from search.results import Suggestion

SNAPSHOT_KEPT = "5m"
"""How long a reader may take to turn a page before the next one comes from the newest state."""
MOST_LINES_READ = 48
"""Documents whose lines are looked at for one suggestion."""
MOST_BYTES = 8_000_000
"""Of one bulk request; far below what a server takes (100 MB)."""
PAGE = 1_000
NEAREST_LOOKED_AT = 4
"""Candidates of the vector index for each one asked for."""


def make() -> ElasticsearchEngine:
    """The engine of the setting ``ELASTICSEARCH``."""
    return ElasticsearchEngine(Servers(**settings.ELASTICSEARCH))


class ElasticsearchEngine:
    """See :class:`search.engines.contract.Engine`.

    ``immediate``: the index is refreshed for every write instead of waiting for its next refresh; for tests.
    Either way what is written can be found when the call returns, so that the outbox may forget it.
    """

    name = "elasticsearch"
    batch = 200
    own_table = False

    def __init__(self, servers: Servers, *, immediate: bool = False) -> None:
        self.connection = Connection(servers)
        self.aliases = Aliases(self.connection)
        self.immediate = immediate

    # -- writing ----------------------------------------------------------------------------------

    def index(self, documents: Sequence[Document]) -> None:
        newest = {one.key: one for one in sorted(documents, key=lambda one: one.version)}
        self._write([(key, one.version, source.of(one)) for key, one in newest.items()])

    def delete(self, tombstones: Sequence[Tombstone]) -> None:
        newest = {one.id: one for one in sorted(tombstones, key=lambda one: one.version)}
        self._write([(key, one.version, source.of_tombstone(one)) for key, one in newest.items()])

    def _write(self, rows: Sequence[tuple[int, int, dict[str, Any]]]) -> None:
        """Write to every index behind the write alias; once more to one that joined it meanwhile.

        So a rebuild that adds an index and reads the library afterwards misses no change: either it reads
        the change, or whoever writes it sees the new index here.
        """
        if not rows:
            return
        done: set[str] = set()
        while missing := [one for one in self.aliases.written() if one not in done]:
            self.write_to(missing, rows)
            done.update(missing)

    def write_to(
        self, indices: Sequence[str], rows: Sequence[tuple[int, int, dict[str, Any]]], *, wait: bool = True
    ) -> None:
        """Store ``rows`` (key, version, source) in each of ``indices``; what is older than stored is ignored.

        Raises Unavailable when the server takes nothing now, Refused when it never takes one of them.
        """
        refresh = self.immediate or ("wait_for" if wait else False)
        for chunk in _chunks(indices, rows):

            def ask(client: Elasticsearch, operations: list[Any] = chunk) -> Mapping[str, Any]:
                return client.bulk(
                    operations=operations,
                    refresh=refresh,
                    filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
                ).body

            answer = self.connection.write(ask)
            if answer.get("errors"):
                _judge(answer["items"])

    # -- reading ----------------------------------------------------------------------------------

    def search(self, ask: Ask) -> Answer:
        body, snapshot = Statement(ask).body(), ask.snapshot
        if ask.after is not None and not snapshot:
            snapshot = self._open()
        try:
            found = self._ask(body, snapshot=snapshot, question=ask.query.text)
        except _SnapshotGone:
            found = self._ask(body, snapshot="", question=ask.query.text)
        rows = found["hits"]["hits"]
        page = rows[: ask.size]
        following: Position | None = tuple(page[-1]["sort"]) if len(rows) > ask.size and page else None
        return Answer(
            total=found["hits"]["total"]["value"],
            hits=tuple(_hit(row) for row in page),
            facets=statement.counts_of(ask.facets, found.get("aggregations", {})),
            next=following,
            snapshot=found.get("pit_id", "") if following else "",
        )

    def keys(self, ask: Ask) -> list[int]:
        body = Statement(replace(ask, facets=())).body() | {"_source": False, "track_total_hits": False}
        rows = self._ask(body, question=ask.query.text)["hits"]["hits"]
        return [int(row["_id"]) for row in rows[: ask.size]]

    def suggest(
        self, prefix: str, *, language: str, limit: int, at: datetime, hidden: Sequence[int] = ()
    ) -> list[Suggestion]:
        typed = text.key(prefix)[: source.LONGEST_LINE]
        if not typed or limit < 1:
            return []
        seen: dict[str, Suggestion] = {}
        for field in ("begins", "begins_within"):
            ask = Ask(query=Query(), hidden=tuple(hidden), at=at)
            for line in self._lines(typed, ask, field=field, language=language):
                seen.setdefault(line.key, Suggestion(line.text, line.kind))
                if len(seen) == limit:
                    return list(seen.values())
        return list(seen.values())

    def _lines(self, typed: str, ask: Ask, *, field: str, language: str) -> Iterator[suggesting.Line]:
        found = Bool(filter=[*Statement(ask).visible(), Prefix(**{field: typed})])
        body = {
            "query": found.to_dict(),
            "size": MOST_LINES_READ,
            "track_total_hits": False,
            "sort": [{"uses": "desc"}, {"published": "desc"}],
            "_source": False,
            "docvalue_fields": ["offered"],
        }
        rows = self._ask(body, question=typed)["hits"]["hits"]
        return suggesting.matching(rows, typed, language=language, within=field != "begins")

    def similar(self, id: int, *, limit: int, at: datetime) -> list[int]:
        document = self._stored(id)
        if document is None:
            return []
        ask = Ask(query=Query.like(document), size=limit + 1, facets=(), at=at)
        body = Statement(ask).body() | {"_source": False, "track_total_hits": False}
        rows = self._ask(body, question=document.title)["hits"]["hits"]
        return [key for row in rows if (key := int(row["_id"])) != id][:limit]

    def nearest(self, vector: bytes, *, limit: int, at: datetime, reader: Reader | None = None) -> list[Near]:
        nearest = {
            "field": "passages.vector",
            "query_vector": np.frombuffer(vector, dtype="<f4").tolist(),
            "k": limit,
            "num_candidates": min(limit * NEAREST_LOOKED_AT, 10_000),
            "filter": [one.to_dict() for one in statement.visible_to(reader, at)],
            "inner_hits": {"size": 1, "_source": False, "docvalue_fields": ["passages.number"]},
        }
        body = {"knn": nearest, "size": limit, "_source": False, "track_total_hits": False}
        rows = self._ask(body, question="")["hits"]["hits"]
        return [Near(int(row["_id"]), 2 * row["_score"] - 1, _passage(row)) for row in rows]

    def explain(self, id: int, ask: Ask) -> dict[str, float]:
        if ask.query.empty:
            return {}
        parts = list(statement.named_parts(ask.query))
        named = []
        for number, (_name, part) in enumerate(parts):
            named.append({"bool": {"must": [part.to_dict()], "_name": str(number)}})
        hit = Bool(filter=[Term(key=id), ~Term(deleted=True), statement.required(ask.query)])
        body = {"query": {"bool": {"must": [hit.to_dict()], "should": named}}, "_source": False}
        answer = self._ask(body, question=ask.query.text, named=True)
        scores: dict[str, float] = {}
        for row in answer["hits"]["hits"]:
            for number, score in row.get("matched_queries", {}).items():
                scores[parts[int(number)][0]] = float(score)
        return scores

    def count(self) -> int:
        def ask(client: Elasticsearch) -> int:
            try:
                client.indices.refresh(index=self.aliases.read)
                return int(client.count(index=self.aliases.read, query=_PRESENT).body["count"])
            except NotFoundError:
                return 0

        return self.connection.write(ask)

    def checksum(self) -> str:
        return checksum_of(dict(self.versions()))

    def stored(self, *, after: int | None, limit: int) -> dict[int, int]:
        return self.stored_in(self.aliases.read, after=after, limit=limit)

    def versions(self) -> Iterator[tuple[int, int]]:
        """Key and version of every stored document, from the lowest key."""
        after: int | None = None
        while page := self.stored(after=after, limit=PAGE):
            yield from page.items()
            after = max(page)

    def stored_in(
        self, index: str, *, after: int | None, limit: int, tombstones: bool = False
    ) -> dict[int, int]:
        """As :meth:`stored`, of one index, on request with the versions of its tombstones."""
        query = {"match_all": {}} if tombstones else _PRESENT
        body: dict[str, Any] = {
            "query": query,
            "size": limit,
            "sort": [{"key": "asc"}],
            "_source": ["version"],
            "track_total_hits": False,
        }
        if after is not None:
            body["search_after"] = [after]

        def ask(client: Elasticsearch) -> list[dict[str, Any]]:
            try:
                client.indices.refresh(index=index)
                rows: list[dict[str, Any]] = client.search(index=index, **body).body["hits"]["hits"]
            except NotFoundError:
                return []
            return rows

        return {int(row["_id"]): row["_source"]["version"] for row in self.connection.write(ask)}

    def clear(self) -> None:
        self.aliases.clear()
        self.aliases.written()

    @property
    def turned_away(self) -> bool:
        return self.connection.breaker.open

    def problem(self) -> str:
        try:
            reading = self.connection.search(self._reading)
        except Unavailable as problem:
            return f"it does not answer ({problem})"
        if not reading:
            return "there is no index yet: run manage.py search_rebuild"
        if not reading.endswith(f"-v{schema.VERSION}"):
            return "its index has an older form: run manage.py search_rebuild"
        return ""

    def _reading(self, client: Elasticsearch) -> str:
        try:
            return max(client.indices.get_alias(name=self.aliases.read).body, default="")
        except NotFoundError:
            return ""

    # -- asking -----------------------------------------------------------------------------------

    def _ask(
        self, body: dict[str, Any], *, question: str, snapshot: str = "", named: bool = False
    ) -> dict[str, Any]:
        """The answer of one search. The same question always goes to the same copies, so that pages fit."""

        def ask(client: Elasticsearch) -> dict[str, Any]:
            options: dict[str, Any] = {"filter_path": _WANTED}
            if snapshot:
                options |= {"pit": {"id": snapshot, "keep_alive": SNAPSHOT_KEPT}}
            else:
                options |= {"index": self.aliases.read, "preference": _preference(question)}
                options["allow_partial_search_results"] = False
            if named:
                options["include_named_queries_score"] = True
            try:
                answer: dict[str, Any] = client.search(**body, **options).body
            except NotFoundError as problem:
                if snapshot:
                    raise _SnapshotGone from problem
                raise
            return answer

        found = self.connection.search(ask)
        found.setdefault("hits", {}).setdefault("hits", [])
        if found.get("timed_out") or found.get("_shards", {}).get("failed"):
            raise Unavailable("not every part of the index answered")
        return found

    def _open(self) -> str:
        def ask(client: Elasticsearch) -> str:
            opened = client.open_point_in_time(index=self.aliases.read, keep_alive=SNAPSHOT_KEPT)
            return str(opened.body["id"])

        return self.connection.search(ask)

    def _stored(self, key: int) -> Document | None:
        body = {
            "query": Bool(filter=[Term(key=key), ~Term(deleted=True)]).to_dict(),
            "size": 1,
            "_source": ["stored"],
        }
        rows = self._ask(body, question=str(key))["hits"]["hits"]
        return Document.from_values(rows[0]["_source"]["stored"]) if rows else None


class _SnapshotGone(Exception):
    """The state that pages were taken from is not kept any more."""


_PRESENT = {"bool": {"must_not": [{"term": {"deleted": True}}]}}
_WANTED = (
    "timed_out,pit_id,took,_shards.failed,hits.total,hits.hits._id,hits.hits._score,hits.hits.sort,"
    "hits.hits._source,hits.hits.fields.offered,hits.hits.matched_queries,hits.hits.inner_hits.*.hits.hits.fields,"
    "aggregations.*.buckets.key,aggregations.*.buckets.doc_count,"
    "aggregations.*.values.buckets.key,aggregations.*.values.buckets.doc_count"
)
"""The parts of an answer that are read: the rest is not even sent."""


def _preference(question: str) -> str:
    return blake2b(question.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _hit(row: Mapping[str, Any]) -> Hit:
    document = Document.from_values(row["_source"]["stored"])
    return Hit(int(row["_id"]), float(row.get("_score") or 0.0), document)


def _passage(row: Mapping[str, Any]) -> int:
    inner = row["inner_hits"]["passages"]["hits"]["hits"]
    return int(inner[0]["fields"]["passages.number"][0]) if inner else 0


def _chunks(indices: Sequence[str], rows: Sequence[tuple[int, int, dict[str, Any]]]) -> Iterator[list[Any]]:
    """Operations of one bulk request after the other, each of about MOST_BYTES at most."""
    operations: list[Any] = []
    size = 0
    for key, version, whole in rows:
        line = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        for index in indices:
            about = {"_index": index, "_id": str(key), "version": version, "version_type": "external_gte"}
            operations += [{"index": about}, line]
            size += len(line)
        if size > MOST_BYTES:
            yield operations
            operations, size = [], 0
    if operations:
        yield operations


def _judge(items: Sequence[Mapping[str, Any]]) -> None:
    """Nothing for what was only older (409). Raises for the rest: soonest for what may succeed later."""
    failed = [one["index"] for one in items if one["index"]["status"] not in (200, 201, 409)]
    for one in failed:
        if one["status"] == 429 or one["status"] >= 500 or one["status"] in (403, 404):
            raise Unavailable(f"{one['status']} {one['error']['type']}")
    if failed:
        raise Refused(
            f"{failed[0]['status']} {failed[0]['error']['type']}: {failed[0]['error']['reason'][:200]}"
        )
