"""Vectors that documents bring with them, in the table of passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b

from search.engines.contract import Document
from search.models import Passage


def keep(documents: Collection[Document], *, alias: str) -> None:
    """Have exactly the vectors of ``documents``, for each of them."""
    forget([one.key for one in documents], alias=alias)
    Passage.objects.using(alias).bulk_create(
        Passage(key=one.key, number=number, digest=blake2b(values, digest_size=16).hexdigest(), vector=values)
        for one in documents
        for number, values in one.vectors
    )


def forget(keys: Iterable[int], *, alias: str) -> None:
    """Take out those of ``keys``."""
    Passage.objects.using(alias).filter(key__in=keys).delete()


def clear(*, alias: str) -> None:
    """Take out all."""
    Passage.objects.using(alias).all().delete()
