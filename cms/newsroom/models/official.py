"""Which bytes are or were the library's own, and when: a ledger that is added to and never emptied."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from media_library.models import Resource, StoredFile

ORIGINAL = "original"
"""``name`` of the file as its agency put it in."""


class OfficialBytes(models.Model):
    """Bytes that stood in public as part of ``resource``: since when, and until when they did.

    Written for what is public and for nothing else, so that a lookup can never tell of a draft. ``until`` is
    empty for what stands there now; whether the resource is still public is asked anew at every lookup.
    """

    resource = models.ForeignKey(Resource, related_name="+", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.SET_NULL, null=True)
    """The stored file that they are, or are derived from; empty when the collector has taken it away."""
    name = models.CharField(max_length=60)
    """Of the rendition, or :data:`ORIGINAL`."""
    role = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256"], name="official_sha256")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "sha256"], name="official_bytes_once_for_a_resource"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="official_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}/{self.name}"


class LedgerDue(models.Model):
    """A resource changed: the ledger has to look at it. Rows are folded by the drain."""

    resource_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.resource_id)
