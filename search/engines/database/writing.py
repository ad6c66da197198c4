"""Writing to the embedded index: everything of a batch of documents, in one transaction.

The caller holds that transaction and the dialect's lock.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db import connections

from search import text
from search.engines.contract import Document
from search.engines.database import lines
from search.engines.database.columns import microseconds
from search.engines.database.dialect import Dialect, placeholders
from search.engines.database.entry import Entry
from search.models import Gram, IndexedDocument, IndexedText, IndexWrite

WRITES_KEPT = 1_000
"""Of :class:`search.models.IndexWrite`; a process further behind reads the index anew."""


class Writer:
    """Writes to the index in database ``alias``."""

    def __init__(self, *, alias: str, dialect: Dialect) -> None:
        self.alias = alias
        self.dialect = dialect

    def versions(self, keys: Collection[int]) -> dict[int, int]:
        """Stored versions of ``keys``, tombstones too."""
        rows = IndexedDocument.objects.using(self.alias).filter(pk__in=keys)
        return dict(rows.values_list("resource_id", "version"))

    def put(self, documents: Mapping[int, Document]) -> None:
        """Store ``documents`` by key in the place of what is stored."""
        self._replace(list(documents), Entry.of_all(documents.values()), documents)
        self._upsert([_row(document) for document in documents.values()])
        self.record(list(documents))

    def bury(self, versions: Mapping[int, int]) -> None:
        """Leave nothing but a tombstone of each key."""
        self._replace(list(versions), {}, {})
        self._upsert(
            [
                IndexedDocument(resource_id=key, version=version, deleted=True)
                for key, version in versions.items()
            ]
        )
        self.record(list(versions))

    def clear(self) -> None:
        self.dialect.clear()
        lines.clear(self.alias)
        for model in (IndexedDocument, IndexedText, Gram, IndexWrite):
            model._default_manager.using(self.alias).all().delete()
        self.record(None)

    def record(self, keys: Sequence[int] | None) -> None:
        """Tell every process that ``keys`` changed; None: everything."""
        writes = IndexWrite.objects.using(self.alias)
        made = writes.create(token=uuid.uuid4().hex, keys=None if keys is None else json.dumps(keys))
        if made.pk % 50 == 0:
            writes.filter(pk__lt=made.pk - WRITES_KEPT).delete()

    def _replace(self, keys: list[int], new: Mapping[int, Entry], documents: Mapping[int, Document]) -> None:
        """Take out what is stored of ``keys`` and put in ``new``: keys, words, lines."""
        texts = IndexedText.objects.using(self.alias).filter(pk__in=keys)
        old = {pk: Entry.unpacked(bytes(kept)) for pk, kept in texts.values_list("resource_id", "entered")}
        if old:
            self.dialect.remove(old)
            texts.delete()
        IndexedText.objects.using(self.alias).bulk_create(
            IndexedText(resource_id=pk, document=documents[pk].to_json(), entered=entry.packed())
            for pk, entry in new.items()
        )
        self.dialect.enter(new)
        self._recount(_told(old), _told(new))
        lines.replace(list(old), documents.values(), alias=self.alias)

    def _recount(self, old: Mapping[int, Entry], new: Mapping[int, Entry]) -> None:
        changes: Counter[str] = Counter()
        folded: dict[str, str] = {}
        for entry in new.values():
            grams = entry.grams()
            folded.update(grams)
            changes.update(grams.keys())
        for entry in old.values():
            changes.subtract(entry.grams().keys())
        self.dialect.count_grams({gram: n for gram, n in changes.items() if n}, folded)

    def _upsert(self, rows: Sequence[IndexedDocument]) -> None:
        """As bulk_create with update_conflicts, at a third of its cost."""
        connection, fields = connections[self.alias], IndexedDocument._meta.concrete_fields
        names = [field.column or "" for field in fields]
        values = [
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            for row in rows
        ]
        fresh = ", ".join(f"{name} = excluded.{name}" for name in names if name != "resource_id")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO search_indexeddocument ({', '.join(names)}) VALUES ({placeholders(names)})"
                f" ON CONFLICT (resource_id) DO UPDATE SET {fresh}",
                values,
            )


def _told(entries: Mapping[int, Entry]) -> dict[int, Entry]:
    return {pk: entry for pk, entry in entries.items() if entry.told}


def _row(document: Document) -> IndexedDocument:
    values = document.facet_values()
    facets = {name: "\n".join(dict.fromkeys(found)) for name, found in values.items()}
    return IndexedDocument(
        resource_id=document.key,
        version=document.version,
        deleted=False,
        owner=document.owner,
        published=int(document.published_at.timestamp() * 1000),
        uses=document.uses,
        worth=document.worth,
        title_key=text.sort_key(document.title),
        opens=microseconds(document.public_from) if document.public_from else None,
        closes=microseconds(document.public_until) if document.public_until else None,
        **facets,
    )
