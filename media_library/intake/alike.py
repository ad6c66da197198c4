"""Looking up fingerprints that are near one: by bands or by length, then compared exactly.

Whether a person may know of what is found is not asked here: :mod:`media_library.intake.duplicates`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from media_library.intake import nearness
from media_library.models import AlikePair, Fingerprint, Likeness, StoredFile

MOST = 200
"""Pairs that are kept of one file, the nearest; and fingerprints of one length that are compared."""
_MOST_OF_A_LENGTH = 2000
_MOST_COMPARED = 5000
_SIGN = 1 << 63


@dataclass(frozen=True)
class Alike:
    """A stored file, in what it is alike, and how near: 1 for the same."""

    file_id: int
    how: str
    nearness: float


def signed(structure: str) -> int:
    """The 64 bits of a hash as databases keep them."""
    number = int(structure, 16)
    return number - (1 << 64) if number >= _SIGN else number


def keep(file: StoredFile, *, scheme: str, marks: Any) -> None:
    """Write the fingerprint of ``file``; none where ``marks`` says nothing. The same again changes nothing."""
    if not marks:
        Fingerprint.objects.filter(file=file, scheme=scheme).delete()
        return
    fields: dict[str, Any] = {"marks": marks}
    if scheme == Likeness.PICTURE:
        fields |= {"value": signed(marks["structure"])} | _named(nearness.picture_bands(marks["structure"]))
    elif scheme == Likeness.TEXT:
        fields |= _named(nearness.text_bands(marks))
    else:
        fields["seconds"] = marks["seconds"]
    Fingerprint.objects.update_or_create(file=file, scheme=scheme, defaults=fields)


def _named(bands: list[int]) -> dict[str, int]:
    return {f"band_{number}": band for number, band in enumerate(bands)}


def pair(file: StoredFile) -> int:
    """Find what ``file`` is alike to and write the pairs; returns how many. May be done again.

    Done after the fingerprint is committed: of two files prepared at one time the later then sees the other.
    """
    rows = Fingerprint.objects.filter(file=file)
    found = [alike for row in rows for alike in near(row.scheme, row.marks, apart=file.pk)]
    found.sort(key=lambda alike: -alike.nearness)
    pairs = [
        AlikePair(
            first_id=min(file.pk, alike.file_id),
            second_id=max(file.pk, alike.file_id),
            how=alike.how,
            nearness=alike.nearness,
        )
        for alike in found[:MOST]
    ]
    AlikePair.objects.bulk_create(pairs, ignore_conflicts=True)
    return len(pairs)


def near(scheme: str, marks: Any, *, apart: int | None = None) -> list[Alike]:
    """Every fingerprint of the sort ``scheme`` that is near ``marks``, but that of the file ``apart``."""
    if not marks:
        return []
    rows = Fingerprint.objects.filter(scheme=scheme)
    if apart is not None:
        rows = rows.exclude(file_id=apart)
    return list(_LOOKUPS[scheme](rows, marks))


def structures_near(structure: str) -> set[int]:
    """Keys of the fingerprints within ``STRUCTURE_LIMIT`` bits of ``structure``, in one query.

    Four selects joined, not one with OR: each is answered from its index alone.
    """
    wanted, limit = signed(structure), nearness.STRUCTURE_LIMIT
    pictures = Fingerprint.objects.filter(scheme=Likeness.PICTURE).order_by().values_list("pk", "value")
    parts = [
        pictures.filter(**{f"band_{number}__in": nearness.probes(band)})
        for number, band in enumerate(nearness.picture_bands(structure))
    ]
    candidates = parts[0].union(*parts[1:], all=True)
    return {pk for pk, value in candidates if (((value or 0) ^ wanted) & _ALL).bit_count() <= limit}


_ALL = (1 << 64) - 1


def _pictures(rows: QuerySet[Fingerprint], marks: dict[str, str]) -> Iterable[Alike]:
    """As it is, and mirrored: two lookups, then the second hash of what is left."""
    keys = structures_near(marks["structure"]) | structures_near(marks["mirrored_structure"])
    for row in rows.filter(pk__in=list(keys)[:_MOST_COMPARED]).iterator(chunk_size=200):
        if value := nearness.pictures(marks, row.marks):
            yield Alike(row.file_id, Likeness.PICTURE, value)


def _texts(rows: QuerySet[Fingerprint], marks: list[int]) -> Iterable[Alike]:
    shared = Q()
    for number, band in enumerate(nearness.text_bands(marks)):
        shared |= Q(**{f"band_{number}": band})
    for row in rows.filter(shared).iterator(chunk_size=500):
        if value := nearness.texts(marks, row.marks):
            yield Alike(row.file_id, Likeness.TEXT, value)


def _lasting(rows: QuerySet[Fingerprint], marks: dict[str, Any]) -> QuerySet[Fingerprint]:
    slack = nearness.duration_slack(marks["seconds"])
    within = rows.filter(seconds__gte=marks["seconds"] - slack, seconds__lte=marks["seconds"] + slack)
    return within.order_by("-pk")[:_MOST_OF_A_LENGTH]


def _films(rows: QuerySet[Fingerprint], marks: dict[str, Any]) -> Iterable[Alike]:
    for row in _lasting(rows, marks).iterator(chunk_size=200):
        if value := nearness.films(marks, row.marks):
            yield Alike(row.file_id, Likeness.FILM, value)


def _sounds(rows: QuerySet[Fingerprint], marks: dict[str, Any]) -> Iterable[Alike]:
    for row in _lasting(rows, marks).iterator(chunk_size=200):
        if value := nearness.sounds(marks, row.marks):
            yield Alike(row.file_id, Likeness.SOUND, value)


_LOOKUPS: dict[str, Any] = {
    Likeness.PICTURE: _pictures,
    Likeness.TEXT: _texts,
    Likeness.FILM: _films,
    Likeness.SOUND: _sounds,
}
