"""What a stranger's file is to the library: its own of now or of before, withdrawn, like one of its own, unknown.

Official is only what has the very bytes of the ledger. What merely looks or sounds alike is shown beside the
official file, for a person to compare; an address of ours within a file is a claim, never a proof. Nothing is
told of resources that are not public at the moment, but that one was withdrawn where that is public itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cms.newsroom.authenticity import claims
from cms.newsroom.authenticity.look import Look
from cms.newsroom.models.official import ORIGINAL, OfficialBytes
from media_library import access
from media_library.files.storage import Fingerprint
from media_library.intake.alike import Alike
from media_library.models import Resource


class Verdict(StrEnum):
    """In the order of preference, where several are true."""

    CURRENT = "current"
    OLDER = "older"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNKNOWN = "unknown"


_ORDER = list(Verdict)


@dataclass(frozen=True)
class Recognised:
    """The answer. ``official`` is empty for :attr:`Verdict.UNKNOWN` alone.

    ``alike``: in what and how near, where that is all. ``claimed``: a public resource whose address stands in the
    file though it is none of its files. ``glimpse``: the file, small, as JPEG in base 64, where it is to be
    compared. ``seen``: it could be opened, so that it was compared.
    """

    verdict: Verdict
    sha256: str
    official: OfficialBytes | None = None
    alike: Alike | None = None
    claimed: Resource | None = None
    glimpse: str = ""
    seen: bool = True

    @property
    def resource(self) -> Resource | None:
        return self.official.resource if self.official else None


def recognise(path: Path, fingerprint: Fingerprint, *, workspace: Path, at: datetime) -> Recognised:
    """Say what the file at ``path`` is. It is opened in the sandbox only; a file that cannot be opened is no
    error, but unknown unless its bytes are known. Asks a constant number of queries.
    """
    exact = _by_bytes(fingerprint.sha256, at=at)
    if exact is not None:
        return exact
    claimed = claims.resource_named_in(path, at=at)
    look = Look.at(path, workspace=workspace)
    near = _nearest(look.alike(), at=at) if look else None
    if look is None or near is None:
        return Recognised(Verdict.UNKNOWN, fingerprint.sha256, claimed=claimed, seen=look is not None)
    official, how = near
    apart = claimed if claimed and claimed.pk != official.resource_id else None
    return Recognised(
        Verdict.ALTERED,
        fingerprint.sha256,
        official=official,
        alike=how,
        claimed=apart,
        glimpse=look.glimpse(),
    )


def _by_bytes(sha256: str, *, at: datetime) -> Recognised | None:
    rows = OfficialBytes.objects.filter(sha256=sha256).select_related("resource__agency", "resource__locale")
    told = [(verdict, row) for row in rows.order_by("pk") if (verdict := _verdict(row, at=at))]
    if not told:
        return None
    verdict, row = min(told, key=lambda one: _ORDER.index(one[0]))
    return Recognised(verdict, sha256, official=row)


def _verdict(row: OfficialBytes, *, at: datetime) -> Verdict | None:
    """None where everyone must not know of the resource, or not any more."""
    if access.is_public(row.resource, at):
        return Verdict.CURRENT if row.until is None else Verdict.OLDER
    return Verdict.WITHDRAWN if access.tells_withdrawal(row.resource) else None


def _nearest(found: list[Alike], *, at: datetime) -> tuple[OfficialBytes, Alike] | None:
    """The nearest file that is or was official of a public resource; what stands there now before what did."""
    by_file = {one.file_id: one for one in sorted(found, key=lambda one: one.nearness)}
    public = Resource.objects.public(at).select_related("agency", "locale")
    rows = OfficialBytes.objects.filter(
        file_id__in=by_file, name=ORIGINAL, resource__in=public.values("pk")
    ).select_related("resource__agency", "resource__locale")
    ordered = sorted(
        ((row, by_file[row.file_id]) for row in rows if row.file_id is not None),
        key=lambda pair: (-round(pair[1].nearness, 2), pair[0].until is not None, pair[0].pk),
    )
    return ordered[0] if ordered else None
