"""The embedded engine: in the database of the site itself, with nothing to install."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from media_library.models import Resource
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
    checksum_of,
)
from search.engines.database import lines
from search.engines.database.dialect import Sql, dialect
from search.engines.database.entry import Entry
from search.engines.database.plan import Plan
from search.engines.database.statement import LABELLED, Public, Statement
from search.models import Gram, IndexedDocument, IndexedLabel, IndexedLine, IndexedText
from search.query import Query
from search.results import Suggestion


def make() -> DatabaseEngine:
    """The engine of the site's own database, joined with its live resources."""
    return DatabaseEngine(public=lambda at: Resource.objects.public(at))


class DatabaseEngine:
    """See :class:`search.engines.contract.Engine`.

    ``public``: rows of the live table that may be seen at a moment; without it the index alone decides.
    """

    name = "database"
    batch = 50
    """Few, so that SQLite's one writer is never held for long."""

    def __init__(self, *, alias: str = "default", public: Public | None = None) -> None:
        self.alias = alias
        self.public = public
        self.own_table = public is not None

    def index(self, documents: Sequence[Document]) -> None:
        newest = {one.key: one for one in sorted(documents, key=lambda one: one.version)}
        with transaction.atomic(using=self.alias):
            dialect(self.alias).lock()
            known = self._stored([*newest])
            accepted = {pk: one for pk, one in newest.items() if known.get(pk, -1) <= one.version}
            if accepted:
                self._replace([*accepted], accepted)
                self._write_rows([*accepted.values()])

    def delete(self, tombstones: Sequence[Tombstone]) -> None:
        newest = {one.id: one for one in sorted(tombstones, key=lambda one: one.version)}
        with transaction.atomic(using=self.alias):
            dialect(self.alias).lock()
            known = self._stored([*newest])
            accepted = [pk for pk, one in newest.items() if known.get(pk, -1) <= one.version]
            if accepted:
                self._replace(accepted, {})
                rows = [
                    IndexedDocument(resource_id=pk, version=newest[pk].version, deleted=True)
                    for pk in accepted
                ]
                self._upsert(rows)

    def search(self, ask: Ask) -> Answer:
        plan = None if ask.query.empty else self.plan(ask.query)
        statement = self._statement(ask, plan)
        facets: dict[str, dict[str, int]] = {facet: {} for facet in ask.facets}
        total = 0
        for facet, value, number in self._rows(statement.counts()):
            if facet:
                facets[facet][value] = number
            else:
                total = number
        found = self._rows(statement.page()) if total else []
        page = found[: ask.size]
        following: Position | None = (page[-1][1], page[-1][0]) if len(found) > ask.size else None
        return Answer(total=total, hits=self._hits(page), facets=facets, next=following)

    def suggest(
        self, prefix: str, *, language: str, limit: int, at: datetime, hidden: Sequence[int] = ()
    ) -> list[Suggestion]:
        query = Ask(query=Query(), hidden=tuple(hidden), at=at)
        visible = self._statement(query, None).visible()
        return lines.suggest(prefix, language=language, limit=limit, alias=self.alias, visible=visible)

    def similar(self, id: int, *, limit: int, at: datetime) -> list[int]:
        stored = IndexedText.objects.using(self.alias).filter(pk=id).first()
        if stored is None:
            return []
        query = Query.like(Document.from_json(stored.document))
        plan = self.plan(query)
        ask = Ask(query=query, size=limit + 1, at=at)
        rows = self._rows(self._statement(ask, plan).page())
        return [pk for pk, _score in rows if pk != id][:limit]

    def nearest(self, vector: bytes, *, limit: int, at: datetime, reader: Reader | None = None) -> list[Near]:
        return []

    def explain(self, id: int, ask: Ask) -> dict[str, float]:
        if ask.query.empty:
            return {}
        whole = self.plan(ask.query)
        scores = {}
        for name, plan in _parts(whole):
            sql = dialect(self.alias).scores(plan)
            rows = self._rows(Sql(f"SELECT score FROM ({sql.text}) s WHERE id = %s", (*sql.parameters, id)))
            for (score,) in rows:
                scores[name] = float(score)
        return scores

    def count(self) -> int:
        return IndexedDocument.objects.using(self.alias).filter(deleted=False).count()

    def checksum(self) -> str:
        rows = IndexedDocument.objects.using(self.alias).filter(deleted=False)
        return checksum_of(dict(rows.values_list("resource_id", "version")))

    def stored(self, *, after: int | None, limit: int) -> dict[int, int]:
        rows = IndexedDocument.objects.using(self.alias).filter(deleted=False)
        if after is not None:
            rows = rows.filter(resource_id__gt=after)
        return dict(rows.order_by("resource_id").values_list("resource_id", "version")[:limit])

    def clear(self) -> None:
        with transaction.atomic(using=self.alias):
            dialect(self.alias).lock()
            dialect(self.alias).clear()
            for model in (IndexedDocument, IndexedText, IndexedLabel, IndexedLine, Gram):
                model._default_manager.using(self.alias).all().delete()

    def problem(self) -> str:
        return ""

    def plan(self, query: Query) -> Plan:
        """What ``query`` looks for, given how often its keys occur."""
        documents = self.count()
        keys = {*query.folded_words, *query.folded_pairs}
        frequency = self._frequency(keys, query.exact_words)
        return Plan.of(query, frequency=frequency, documents=documents)

    def _frequency(self, folded: Collection[str], exact: Collection[str]) -> dict[str, int]:
        """Documents by key. A folded key counts all its accented forms, so it may count a document twice."""
        grams = Gram.objects.using(self.alias)
        wanted = {key.replace("_", " "): key for key in folded}
        found: Counter[str] = Counter()
        for gram, plain, number in grams.filter(folded__in=[*wanted]).values_list(
            "text", "folded", "documents"
        ):
            found[wanted[plain]] += number
            if gram in exact:
                found[f"={gram}"] += number
        return found

    def _statement(self, ask: Ask, plan: Plan | None) -> Statement:
        return Statement(
            ask=ask, plan=plan, dialect=dialect(self.alias), alias=self.alias, public=self.public
        )

    def _rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(sql.text, sql.parameters)
            return list(cursor.fetchall())

    def _hits(self, page: Sequence[tuple[Any, ...]]) -> tuple[Hit, ...]:
        stored = IndexedText.objects.using(self.alias).filter(pk__in=[pk for pk, _value in page])
        documents = dict(stored.values_list("resource_id", "document"))
        return tuple(
            Hit(pk, float(value), Document.from_json(documents[pk])) for pk, value in page if pk in documents
        )

    def _stored(self, ids: Sequence[int]) -> dict[int, int]:
        rows = IndexedDocument.objects.using(self.alias).filter(pk__in=ids)
        return dict(rows.values_list("resource_id", "version"))

    def _replace(self, ids: Sequence[int], documents: Mapping[int, Document]) -> None:
        """Take out what is stored of ``ids`` and put in ``documents``, keys, grams, labels and lines."""
        texts = IndexedText.objects.using(self.alias).filter(pk__in=ids)
        old = {pk: Entry.unpacked(bytes(kept)) for pk, kept in texts.values_list("resource_id", "entered")}
        new = {pk: Entry.of(document) for pk, document in documents.items()}
        language = dialect(self.alias)
        language.remove(old)
        texts.delete()
        for model in (IndexedLabel, IndexedLine):
            model._default_manager.using(self.alias).filter(resource_id__in=ids).delete()
        IndexedText.objects.using(self.alias).bulk_create(
            IndexedText(resource_id=pk, document=documents[pk].to_json(), entered=entry.packed())
            for pk, entry in new.items()
        )
        language.enter(new)
        told = {pk: entry for pk, entry in new.items() if documents[pk].told}
        self._recount({pk: entry for pk, entry in old.items() if entry.told}, told)
        IndexedLine.objects.using(self.alias).bulk_create(
            line for document in documents.values() for line in lines.of(document)
        )

    def _recount(self, old: Mapping[int, Entry], new: Mapping[int, Entry]) -> None:
        changes: Counter[str] = Counter()
        folded: dict[str, str] = {}
        for entries, step in ((old, -1), (new, 1)):
            for entry in entries.values():
                grams = entry.grams()
                folded.update(grams)
                for gram in grams:
                    changes[gram] += step
        dialect(self.alias).count_grams({gram: n for gram, n in changes.items() if n}, folded)

    def _write_rows(self, documents: Sequence[Document]) -> None:
        self._upsert([_row(document) for document in documents])
        IndexedLabel.objects.using(self.alias).bulk_create(
            IndexedLabel(resource_id=document.key, facet=facet, value=value)
            for document in documents
            for facet, values in document.facet_values().items()
            if facet in LABELLED
            for value in dict.fromkeys(values)
        )

    def _upsert(self, rows: Sequence[IndexedDocument]) -> None:
        names = [item.name for item in IndexedDocument._meta.fields if not item.primary_key]
        IndexedDocument.objects.using(self.alias).bulk_create(
            rows, update_conflicts=True, unique_fields=["resource_id"], update_fields=names
        )


def _row(document: Document) -> IndexedDocument:
    values = document.facet_values()
    single = {name: next(iter(found), "") for name, found in values.items() if name not in LABELLED}
    return IndexedDocument(
        resource_id=document.key,
        version=document.version,
        deleted=False,
        owner=document.owner,
        published=int(document.published_at.timestamp() * 1000),
        uses=document.uses,
        worth=document.worth,
        title_key=text.sort_key(document.title),
        public_from=document.public_from,
        public_until=document.public_until,
        **single,
    )


def _parts(whole: Plan) -> list[tuple[str, Plan]]:
    """Each key of ``whole`` as a plan of its own, named as an editor reads it."""
    bare = replace(whole, folded=(), exact=(), pairs=())
    return [
        *((key, replace(bare, folded=(key,))) for key in whole.folded),
        *((f"={key}", replace(bare, exact=(key,))) for key in whole.exact),
        *((key, replace(bare, pairs=(key,))) for key in whole.pairs),
    ]
