"""Vectors of what resources say."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Passage(models.Model):
    """One passage of a document and its vector: little-endian float32 of unit length.

    ``key``: :attr:`search.engines.contract.Document.key`. ``digest`` names the text and the model, so that
    what did not change is not computed again.
    """

    key = models.BigIntegerField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)
    vector = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "number"], name="a_passage_once_in_a_document")
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.number}"
