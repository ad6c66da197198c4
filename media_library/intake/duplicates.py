"""What of a file is in the library already, for one person: only what this person may see is named or counted.

The same bytes are known at once; what is alike in picture, film, sound or text when the file is prepared.
Compared are main files, and the words beside sound and film; a cover or an attachment may well serve twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from media_library import access
from media_library.kinds import Role
from media_library.models import AlikePair, Asset, Different, Likeness, Resource, StoredFile

COMPARED = (Role.ORIGINAL, Role.CAPTION, Role.TRANSCRIPT)
_MOST = 50
"""Resources that are named for one file, the nearest."""
_MOST_PLACES = 500
"""Rows that are read for a form or a page of the listing; only what the person may see counts."""


@dataclass(frozen=True)
class Match:
    """A resource that has the file already: which of its files, in what alike, how near (1 for the same)."""

    resource: Resource
    file: StoredFile
    how: Likeness
    nearness: float


def found(file: StoredFile, *, by: Any, at: datetime, apart: Resource | None = None) -> list[Match]:
    """Where ``by`` may see the like of ``file``, nearest first; not in ``apart`` and its translations.

    Asks a constant number of queries. Pairs that somebody called different are left out.
    """
    return found_for([file], by=by, at=at, apart={file.pk: apart} if apart else {})[file.pk]


def found_for(
    files: Iterable[StoredFile], *, by: Any, at: datetime, apart: Mapping[int, Resource] | None = None
) -> dict[int, list[Match]]:
    """:func:`found` for many files at once, by the key of each; the same number of queries."""
    wanted = {file.pk: file for file in files}
    alike, different = _alike(list(wanted)), _different(list(wanted))
    others = {other for ones in alike.values() for other in ones}
    places = _places(others, hashes={file.sha256 for file in wanted.values()}, by=by, at=at) if wanted else []
    answer: dict[int, list[Match]] = {}
    for pk, file in wanted.items():
        own = (apart or {}).get(pk)
        compared = (
            (asset, _compared(file, asset.file, alike=alike[pk]))
            for asset in places
            if not _is_own(asset.resource, own) and frozenset((pk, asset.file_id)) not in different
        )
        answer[pk] = _nearest([Match(asset.resource, asset.file, *told) for asset, told in compared if told])
    return answer


_Told = tuple[Likeness, float]


def _alike(keys: list[int]) -> dict[int, dict[int, _Told]]:
    """For each key the other files whose fingerprints are near, whoever may see them."""
    pairs: dict[int, dict[int, _Told]] = defaultdict(dict)
    for row in AlikePair.objects.filter(Q(first_id__in=keys) | Q(second_id__in=keys)):
        pairs[row.first_id][row.second_id] = pairs[row.second_id][row.first_id] = (
            Likeness(row.how),
            row.nearness,
        )
    return pairs


def _different(keys: list[int]) -> set[frozenset[int]]:
    said = Different.objects.filter(Q(first_id__in=keys) | Q(second_id__in=keys))
    return {frozenset(pair) for pair in said.values_list("first_id", "second_id")}


def _compared(file: StoredFile, other: StoredFile, *, alike: Mapping[int, _Told]) -> _Told | None:
    if file.pk == other.pk:
        return None
    return (Likeness.SAME, 1.0) if file.sha256 == other.sha256 else alike.get(other.pk)


def _places(file_ids: set[int], *, hashes: set[str], by: Any, at: datetime) -> list[Asset]:
    """Live rows that name one of the files, or the same bytes, of resources that ``by`` may see."""
    seen = Resource.objects.visible_to(by, at).select_related("agency", "locale")
    return list(
        Asset.objects.filter(
            Q(file_id__in=file_ids) | Q(file__sha256__in=hashes),
            role__in=COMPARED,
            resource__in=seen.values("pk"),
        )
        .select_related("file")
        .defer("file__extracted")
        .prefetch_related(Prefetch("resource", queryset=seen))
        .order_by("pk")[:_MOST_PLACES]
    )


def _is_own(resource: Resource, own: Resource | None) -> bool:
    return own is not None and (resource.pk == own.pk or resource.translation_key == own.translation_key)


def _nearest(matches: list[Match]) -> list[Match]:
    """One for each resource, its nearest; the same bytes first, then what is public."""
    ordered = sorted(
        matches, key=lambda match: (match.how != Likeness.SAME, -match.nearness, not match.resource.live)
    )
    once: dict[int, Match] = {}
    for match in ordered:
        once.setdefault(match.resource.pk, match)
    return list(once.values())[:_MOST]


def compared(draft: Resource) -> list[StoredFile]:
    """The files of ``draft`` that are looked for elsewhere."""
    return [asset.file for asset in draft.assets.all() if asset.role in COMPARED]


class NotAlike(Exception):
    """``by`` sees no such pair; answered like a pair that does not exist."""


def call_different(
    *, file: StoredFile, resource: Resource, reason: str, by: Any, at: datetime, apart: Resource | None = None
) -> int:
    """Write down that ``file`` is none of those of ``resource`` that it resembles; returns how many pairs.

    Not asked again, of nobody. Raises :class:`NotAlike`, and :class:`ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError(_("Say in what they differ."))
    if not access.may_see_file(by, file):
        raise NotAlike
    with transaction.atomic():
        alike = [
            match for match in found(file, by=by, at=at, apart=apart) if match.resource.pk == resource.pk
        ]
        if not alike:
            raise NotAlike
        known = _alike([file.pk])[file.pk]
        others = Asset.objects.filter(resource=resource, role__in=COMPARED).exclude(file=file)
        others = others.filter(Q(file_id__in=known) | Q(file__sha256=file.sha256))
        said = {"reason": reason.strip()[:300], "by": by, "at": at}
        pairs = [
            Different(first_id=min(file.pk, other), second_id=max(file.pk, other), **said)
            for other in others.values_list("file_id", flat=True).distinct()
        ]
        Different.objects.bulk_create(pairs, ignore_conflicts=True)
        return len(pairs)
