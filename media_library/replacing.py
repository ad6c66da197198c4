"""Another main file at the same address: replaced, and brought back, in a new draft that says who and why.

A stored file is immutable, so every earlier one is still there as long as a revision names it. What is public
changes when the draft is published, as any draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision

from media_library import access, publishing
from media_library.kinds import Role, rule_for
from media_library.models import Asset, Resource, StoredFile, User

REPLACE_ACTION = "kho57.replace_file"
RESTORE_ACTION = "kho57.restore_file"
LONGEST_REASON = 300


class NotTaken(publishing.PublishingError):
    """The file does not fit this resource, or no reason was given."""


def fits(resource: Resource, file: StoredFile) -> bool:
    """Whether ``file`` can be the main file of a resource of this kind."""
    return file.media_type in rule_for(resource.kind).accepts


def replace(
    *,
    resource: Resource,
    file: StoredFile,
    reason: str,
    by: Any,
    at: datetime,
    action: str = REPLACE_ACTION,
) -> Revision:
    """Make ``file`` the main file in a new draft of ``resource``; the description of the old one stays with it.

    Raises :class:`NotTaken`, :class:`~media_library.publishing.NotPermitted` or
    :class:`~media_library.publishing.Locked`; then nothing has changed.
    """
    with transaction.atomic():
        row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
        _check(row=row, file=file, reason=reason, by=by, at=at)
        draft = row.get_latest_revision_as_object()
        old = draft.original
        if old is not None and old.file_id == file.pk:
            return draft.latest_revision
        draft.assets.set(_with_main_file(draft, file))
        return save_draft(draft, by=by, action=action, facts=facts_of(file, replaced=old, reason=reason))


def save_draft(draft: Resource, *, by: Any, action: str, facts: dict[str, Any]) -> Revision:
    """A new revision of ``draft`` with an entry in its history; the row as well where nothing is public."""
    if not draft.live:
        draft.save()
    revision: Revision = draft.save_revision(user=by, clean=False)
    log(instance=draft, action=action, user=by, revision=revision, content_changed=True, data=facts)
    return revision


def facts_of(file: StoredFile, *, replaced: Asset | None, reason: str) -> dict[str, Any]:
    """What the history keeps of a replacement."""
    return {
        "file": file.pk,
        "name": file.original_name,
        "replaced": replaced.file_id if replaced else None,
        "reason": reason.strip()[:LONGEST_REASON],
    }


def _check(*, row: Resource, file: StoredFile, reason: str, by: Any, at: datetime) -> None:
    if not access.may_edit(by, row, at):
        raise publishing.NotPermitted(_("You may not change this resource."))
    check_unlocked(row, by=by)
    if not fits(row, file):
        raise NotTaken(_("A file of this type cannot be the main file of such a resource."))
    if not reason.strip():
        raise NotTaken(_("Say why the file is replaced; the reason is kept with the old version."))


def check_unlocked(row: Resource, *, by: Any) -> None:
    """Raise :class:`~media_library.publishing.Locked` where another person, a review or a schedule holds it."""
    lock = row.get_lock()
    if lock is not None and lock.for_user(by):
        raise publishing.Locked(_("It is locked at the moment."))


def _with_main_file(draft: Resource, file: StoredFile) -> list[Asset]:
    assets = list(draft.assets.all())
    old = draft.original
    new = Asset(role=Role.ORIGINAL, file=file, sort_order=0)
    if old is not None:
        new.alt, new.text_alternative, new.language = old.alt, old.text_alternative, old.language
    return [new, *(asset for asset in assets if asset.role != Role.ORIGINAL)]


@dataclass(frozen=True)
class Version:
    """A main file that a resource has had: since when, who put it there, why, and whether it is so now."""

    file: StoredFile
    since: datetime
    by: User | None
    reason: str
    is_public: bool
    is_latest: bool


def versions(resource: Resource) -> list[Version]:
    """Every main file of ``resource``, newest first; each once, at the time when it last came in."""
    came = _arrivals(resource)
    files = (
        StoredFile.objects.defer("extracted").prefetch_related("renditions").in_bulk([pk for pk, _r in came])
    )
    people = User.objects.in_bulk({revision["user"] for _pk, revision in came if revision["user"]})
    reasons = _reasons(resource)
    public = _public_file(resource)
    latest = came[-1][0] if came else None
    once: dict[int, Version] = {}
    for pk, revision in reversed(came):
        if pk in files and pk not in once:
            once[pk] = Version(
                file=files[pk],
                since=revision["created_at"],
                by=people.get(revision["user"]),
                reason=reasons.get(revision["pk"], ""),
                is_public=pk == public,
                is_latest=pk == latest,
            )
    return list(once.values())


def _arrivals(resource: Resource) -> list[tuple[int, dict[str, Any]]]:
    """The revisions in which another main file stood than in the one before, oldest first."""
    rows = resource.revisions.order_by("created_at", "pk").values(
        "pk", "created_at", "user", "content__assets"
    )
    came: list[tuple[int, dict[str, Any]]] = []
    for row in rows.iterator(chunk_size=200):
        main = next((a["file"] for a in row["content__assets"] or [] if a["role"] == Role.ORIGINAL), None)
        if main is not None and (not came or came[-1][0] != main):
            came.append((main, row))
    return came


def _reasons(resource: Resource) -> dict[int, str]:
    """By the key of the revision."""
    entries = ModelLogEntry.objects.for_instance(resource).filter(action__in=(REPLACE_ACTION, RESTORE_ACTION))
    return {entry.revision_id: str(entry.data.get("reason", "")) for entry in entries if entry.revision_id}


def _public_file(resource: Resource) -> int | None:
    if not resource.live:
        return None
    return resource.assets.filter(role=Role.ORIGINAL).values_list("file_id", flat=True).first()


def restore(*, resource: Resource, file_id: int, reason: str, by: Any, at: datetime) -> Revision:
    """Bring back an earlier main file in a new draft. Raises as :func:`replace`; :class:`NotTaken` for a file
    that never was one of ``resource``.
    """
    earlier = next((one.file for one in versions(resource) if one.file.pk == file_id), None)
    if earlier is None:
        raise NotTaken(_("This file never belonged to this resource."))
    return replace(resource=resource, file=earlier, reason=reason, by=by, at=at, action=RESTORE_ACTION)
