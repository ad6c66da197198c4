"""What a row would do to the library now: make a draft, change an earlier one, nothing, or be refused.

A row is known again by its identifier, else by all that it says (its digest). It may change a resource only
while the draft that the last import wrote is still the newest one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from media_library.importing.checking import Check, Proposal
from media_library.models import Identifier, ImportRow, Plan, Resource
from media_library.models.imports import WRITTEN


@dataclass(frozen=True)
class Outlook:
    """``plan``, and the resource it is about; or ``refused``, a code of :mod:`.problems`."""

    plan: str = ""
    resource: int | None = None
    revision: int | None = None
    refused: str = ""


def digest(check: Check) -> str:
    """SHA-256 of everything the row says, the files in the ZIP by size and CRC-32."""
    named: dict[str, Any] = {}
    for column, name in check.proposal.files.items():
        for member in (check.members or {}).get(name.replace("\\", "/"), []):
            named[column] = [member["size"], member["crc"]]
    said = {"values": dict(check.values), "agency": check.proposal.agency.code, "files": named}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def outlooks(rows: Sequence[ImportRow]) -> dict[int, Outlook]:
    """For each row (by its number) what it would do at this moment; three queries whatever their number."""
    named = [row for row in rows if row.scheme]
    holders = _holders(named)
    last_named = _last(
        ImportRow.objects.filter(
            scheme__in={row.scheme for row in named}, value__in={row.value for row in named}
        ),
        lambda row: (row.scheme, row.value),
    )
    plain = {row.digest for row in rows if not row.scheme}
    last_plain = _last(ImportRow.objects.filter(scheme="", digest__in=plain), lambda row: row.digest)
    found = {}
    for row in rows:
        if row.scheme:
            holder = holders.get((row.scheme, row.value))
            found[row.number] = _of_named(row, holder, last_named.get((row.scheme, row.value)))
        else:
            earlier = last_plain.get(row.digest)
            known = Outlook(Plan.UNCHANGED, earlier.resource_id) if earlier else Outlook(Plan.NEW)
            found[row.number] = known
    return found


def _of_named(row: ImportRow, holder: tuple[int, int | None] | None, last: ImportRow | None) -> Outlook:
    if holder is None:
        return Outlook(Plan.NEW)
    resource, newest = holder
    if last is None or last.resource_id != resource:
        return Outlook(refused="taken_from_there" if row.scheme.endswith(":url") else "taken")
    if last.digest == row.digest:
        return Outlook(Plan.UNCHANGED, resource)
    if newest != last.revision:
        return Outlook(resource=resource, refused="changed_since")
    return Outlook(Plan.UPDATE, resource, newest)


def _holders(rows: Iterable[ImportRow]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """By identifier: the resource that has it, and its newest revision."""
    rows = list(rows)
    if not rows:
        return {}
    found = Identifier.objects.filter(
        scheme__in={row.scheme for row in rows}, value__in={row.value for row in rows}
    ).values_list("scheme", "value", "resource_id", "resource__latest_revision_id")
    return {(scheme, value): (pk, newest) for scheme, value, pk, newest in found}


def _last(found: Any, identity: Any) -> dict[Any, ImportRow]:
    """The last row written for each identity whose resource is still there."""
    written = found.filter(state__in=WRITTEN, resource__isnull=False).order_by("pk")
    few = written.only("scheme", "value", "digest", "resource_id", "revision", "run_id", "number")
    return {identity(row): row for row in few.iterator(chunk_size=1000)}


def refusal_for(resource: Resource, proposal: Proposal, *, by: Any) -> str:
    """Why ``resource`` may not be changed by the row now; empty where it may."""
    if proposal.kind and proposal.kind != resource.kind:
        return "kind_fixed"
    lock = resource.get_lock()
    if resource.workflow_in_progress or (lock is not None and lock.for_user(by)):
        return "locked"
    return ""
