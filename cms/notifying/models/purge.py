"""What the caches in front of the site have still to forget."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Purge(models.Model):
    """An address, or all that carries ``key``, of which a cache may hold an old copy.

    Rows are only added and, once the cache has answered, removed: two of one address are folded by the
    drain, and one added while it works stays for the next.
    """

    path = models.CharField(max_length=500)
    key = models.CharField(max_length=100, blank=True, default="", db_default="")
    """A word of ``Surrogate-Key``; then ``path`` is empty."""
    requested_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["not_before"], name="purge_not_before")]

    def __str__(self) -> str:
        return self.path or self.key
