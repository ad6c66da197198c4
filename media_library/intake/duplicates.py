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


@dataclass(frozen=True)
class Match:
    """A resource that has the file already: which of its files, in what alike, how near (1 for the same)."""

    resource: Resource
    file: StoredFile
    how: Likeness
    nearness: float


@dataclass(frozen=True)
class _Pair:
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
    pairs = _pairs(wanted)
    others = {other for ones in pairs.values() for other in ones}
    places = _places(others, by=by, at=at) if others else []
    answer: dict[int, list[Match]] = {}
    for pk in wanted:
        own = (apart or {}).get(pk)
        matches = [
            Match(asset.resource, asset.file, pairs[pk][asset.file_id].how, pairs[pk][asset.file_id].nearness)
            for asset in places
            if asset.file_id in pairs[pk] and not _is_own(asset.resource, own)
        ]
        answer[pk] = _nearest(matches)
    return answer


def _pairs(wanted: Mapping[int, StoredFile]) -> dict[int, dict[int, _Pair]]:
    """For each file the others that are alike, whoever may see them, without those called different."""
    pairs: dict[int, dict[int, _Pair]] = defaultdict(dict)
    keys = list(wanted)
    concerned = Q(first_id__in=keys) | Q(second_id__in=keys)
    for row in AlikePair.objects.filter(concerned):
        for one, other in ((row.first_id, row.second_id), (row.second_id, row.first_id)):
            if one in wanted:
                pairs[one][other] = _Pair(Likeness(row.how), row.nearness)
    by_hash: dict[str, list[int]] = defaultdict(list)
    for pk, file in wanted.items():
        by_hash[file.sha256].append(pk)
    for pk, sha256 in StoredFile.objects.filter(sha256__in=by_hash).values_list("pk", "sha256"):
        for one in by_hash[sha256]:
            if one != pk:
                pairs[one][pk] = _Pair(Likeness.SAME, 1.0)
    for first, second in Different.objects.filter(concerned).values_list("first_id", "second_id"):
        pairs[first].pop(second, None)
        pairs[second].pop(first, None)
    return pairs


def _places(file_ids: set[int], *, by: Any, at: datetime) -> list[Asset]:
    """Live rows that name one of the files, of resources that ``by`` may see."""
    seen = Resource.objects.visible_to(by, at).select_related("agency", "locale")
    return list(
        Asset.objects.filter(file_id__in=file_ids, role__in=COMPARED, resource__in=seen.values("pk"))
        .select_related("file")
        .prefetch_related(Prefetch("resource", queryset=seen))
        .order_by("pk")
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
        known = _pairs({file.pk: file})[file.pk]
        others = Asset.objects.filter(resource=resource, role__in=COMPARED, file_id__in=known)
        said = {"reason": reason.strip()[:300], "by": by, "at": at}
        pairs = [
            Different(first_id=min(file.pk, other), second_id=max(file.pk, other), **said)
            for other in others.values_list("file_id", flat=True)
        ]
        Different.objects.bulk_create(pairs, ignore_conflicts=True)
        return len(pairs)
