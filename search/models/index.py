"""The outbox, and the tables of the embedded index (every vendor's)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    _Text = models.TextField[str | None, str | None]
else:
    _Text = models.TextField


class PendingChange(models.Model):
    """Outbox row: the index of ``engine`` has yet to hear of a change of one resource.

    One row for a resource and an engine, written in the change's own transaction. ``token`` changes with
    every further change, so that a worker which finishes an older one leaves the row for the next.
    """

    engine = models.CharField(max_length=30)
    resource_id = models.BigIntegerField()
    token = models.UUIDField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    dead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engine", "resource_id"], name="a_change_waits_once_for_an_engine"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["engine", "dead", "due_at"], name="pending_change_due")]

    def __str__(self) -> str:
        return f"{self.engine}: {self.resource_id}"


class VectorField(_Text):
    """A column of type tsvector on PostgreSQL; elsewhere an empty text column."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class IndexedDocument(models.Model):
    """A document of the embedded index: what it is filtered and ordered by. ``deleted`` rows are tombstones.

    ``resource_id`` is the document's key: the resource's own for the public document, its negative for the
    document of the desk (:attr:`search.engines.contract.Document.key`). ``owner`` is the key of the agency
    that keeps the resource, ``published`` milliseconds of 1970, ``title_key`` :func:`search.text.sort_key`.
    """

    resource_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    owner = models.BigIntegerField(default=0, db_default=0)
    kind = models.CharField(max_length=20, blank=True)
    audience = models.TextField(blank=True, default="", db_default="")
    topic = models.TextField(blank=True, default="", db_default="")
    agency = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    year = models.CharField(max_length=4, blank=True)
    language = models.CharField(max_length=10, blank=True)
    licence = models.CharField(max_length=40, blank=True)
    captions = models.CharField(max_length=3, blank=True)
    commercial = models.CharField(max_length=3, blank=True, default="", db_default="")
    duration = models.CharField(max_length=10, blank=True, default="", db_default="")
    orientation = models.CharField(max_length=10, blank=True, default="", db_default="")
    english = models.CharField(max_length=3, blank=True, default="", db_default="")
    published = models.BigIntegerField(default=0)
    uses = models.BigIntegerField(default=0, db_default=0)
    worth = models.FloatField(default=0.0, db_default=0.0)
    title_key = models.CharField(max_length=300, blank=True, default="", db_default="")
    opens = models.BigIntegerField(null=True)
    closes = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["title_key", "resource_id"], name="indexed_document_title"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.version}"


class IndexedText(models.Model):
    """The words of an indexed document: the document as JSON, and the keys as they went into the index.

    ``entered`` (zlib) is needed to take exactly those keys out again, also after a change of the normaliser.
    """

    resource_id = models.BigIntegerField(primary_key=True)
    document = models.TextField()
    entered = models.BinaryField()
    vector = VectorField(null=True)

    def __str__(self) -> str:
        return str(self.resource_id)


class IndexWrite(models.Model):
    """One write of the embedded index, so that a process can bring up to date what it keeps of the index.

    ``keys``: the documents written, as JSON; null where everything changed. ``token`` tells a write from one
    that had its number in a transaction that was taken back. Only the newest rows are kept.
    """

    token = models.CharField(max_length=32)
    keys = models.TextField(null=True)  # noqa: DJ001

    def __str__(self) -> str:
        return f"{self.pk} {self.token}"


class IndexedLine(models.Model):
    """A line to suggest, once however many documents have it. The key is made of the other fields."""

    id = models.BigIntegerField(primary_key=True)
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.text


class IndexedStart(models.Model):
    """The folded key of a line from one of its words on; ``whole`` from its first."""

    line_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10)
    whole = models.BooleanField()
    key = models.CharField(max_length=80)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "whole", "key", "line_id"],
                name="indexed_start_key",
                opclasses=["varchar_pattern_ops", "bool_ops", "varchar_pattern_ops", "int8_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.key


class IndexedMention(models.Model):
    """A line that a document has."""

    line_id = models.BigIntegerField()
    resource_id = models.BigIntegerField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["line_id", "resource_id"], name="indexed_mention_line")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.line_id}"


class Gram(models.Model):
    """A word or two neighbouring ones of the library, as exact keys, with the documents that have it."""

    text = models.CharField(max_length=200, primary_key=True)
    folded = models.CharField(max_length=200, db_index=True)
    documents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(documents__gte=0), name="a_gram_is_never_taken_out_twice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.documents})"
