"""The only way to publish, schedule, expire, withdraw, bring back or translate a resource.

Every act is one transaction in which the row is locked, rights and locks are checked, the change is written
and announced (:func:`media_library.changes.record`); whatever reaches further happens after commit. Each may
be run twice without harm. ``by=None`` stands for the scheduler, which acts on what a person approved.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Revision
from wagtail.signals import published, unpublished

from media_library import access, changes
from media_library.kinds import Missing, missing_for_publication
from media_library.models import Resource

logger = logging.getLogger(__name__)

WITHDRAW_ACTION = "kho57.withdraw"
REINSTATE_ACTION = "kho57.reinstate"
EXPIRE_ACTION = "kho57.expire"
RELEASE_ACTION = "kho57.release_embargo"
TRANSLATE_ACTION = "kho57.translate"


class PublishingError(Exception):
    """Something was refused; ``str()`` is a sentence for the person who asked."""


class PublicationRefused(PublishingError):
    """Required parts are missing; ``missing`` lists each with the form field to go to."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(" ".join(item.message for item in missing))
        self.missing = missing


class NotPermitted(PublishingError):
    """The person may not do this to this resource."""


class Locked(PublishingError):
    """Another person has locked the resource."""


class Stale(PublishingError):
    """A newer version is already published."""


def publish(*, resource: Resource, revision: Revision | None = None, by: Any, at: datetime) -> Resource:
    """Make ``revision`` (by default the latest) the public version, or schedule it if it says so.

    Returns the row as it now stands. Raises :class:`PublicationRefused`, :class:`NotPermitted`,
    :class:`Locked` or :class:`Stale`; then nothing has changed.
    """
    with transaction.atomic():
        row = _locked_row(resource.pk)
        chosen = revision or row.latest_revision or row.save_revision(user=by, clean=False)
        _check_publishable(row=row, revision=chosen, by=by, at=at)
        if row.live and row.live_revision_id == chosen.pk and not row.has_unpublished_changes:
            return row
        draft = row.with_content_json(chosen.content)
        _check_complete(draft, at=at)
        if draft.go_live_at and draft.go_live_at > at:
            return _schedule(row=row, draft=draft, revision=chosen, by=by)
        return _go_live(row=row, draft=draft, revision=chosen, by=by, at=at)


def schedule(
    *, resource: Resource, go_live_at: datetime, revision: Revision | None = None, by: Any, at: datetime
) -> Resource:
    """Approve ``revision`` to go live at ``go_live_at``, which must lie ahead. Errors as :func:`publish`."""
    with transaction.atomic():
        row = _locked_row(resource.pk)
        chosen = revision or row.latest_revision or row.save_revision(user=by, clean=False)
        _check_publishable(row=row, revision=chosen, by=by, at=at)
        draft = row.with_content_json(chosen.content)
        draft.go_live_at = go_live_at
        if go_live_at <= at:
            raise PublicationRefused([Missing("go_live_at", _("Choose a time that lies ahead."))])
        _check_complete(draft, at=at)
        chosen.content = draft.serializable_data()
        chosen.save(update_fields=["content"])
        return _schedule(row=row, draft=draft, revision=chosen, by=by)


def cancel_schedule(*, resource: Resource, by: Any, at: datetime) -> Resource:
    """Take back an approved schedule; the draft stays."""
    with transaction.atomic():
        row = _locked_row(resource.pk)
        if not access.may_publish(by, row, at):
            raise NotPermitted(_("You may not publish this resource."))
        for revision in row.revisions.filter(approved_go_live_at__isnull=False):
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            log(instance=row, action="wagtail.schedule.cancel", user=by, revision=revision)
        if not row.live:
            Resource.objects.filter(pk=row.pk).update(go_live_at=None)
        return Resource.objects.get(pk=row.pk)


def publish_due(at: datetime) -> int:
    """Publish every approved revision whose time has come; returns how many.

    One that is older than what was published meanwhile is dropped, not published; one that can no longer
    be published is left as a draft with its refusal in the log. Neither stops the others.
    """
    done = 0
    for pk in _resources_with_due_revisions(at):
        try:
            with transaction.atomic():
                done += _publish_due_one(pk, at=at)
        except Exception:
            logger.exception("publish_due_failed", extra={"resource": pk})
    return done


def expire_due(at: datetime) -> int:
    """Take down what has passed its expiry; returns how many."""
    due = Resource.objects.filter(live=True, expire_at__lte=at).values_list("pk", flat=True)
    done = 0
    for pk in list(due[:1000]):
        with transaction.atomic():
            row = _locked_row(pk)
            if row.live and row.expire_at and row.expire_at <= at:
                _take_down(row, expired=True)
                log(instance=row, action=EXPIRE_ACTION)
                done += 1
    return done


def release_embargoes(at: datetime) -> int:
    """Announce resources whose embargo has ended, so that index and feeds take them; returns how many."""
    due = Resource.objects.filter(live=True, embargo_until__lte=at, embargo_released_at__isnull=True)
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            row = _locked_row(pk)
            if not (row.live and row.embargo_until and row.embargo_until <= at):
                continue
            Resource.objects.filter(pk=pk).update(embargo_released_at=at)
            changes.record(resource_ids=[pk], why="embargo ended")
            log(instance=row, action=RELEASE_ACTION)
            done += 1
    return done


def withdraw(
    *, resource: Resource, by: Any, reason: str, replaced_by: Resource | None = None, at: datetime
) -> Resource:
    """Take a resource back everywhere; the reason is shown at its address (HTTP 410).

    Any schedule and running approval of it ends. Withdrawing twice keeps the first time and reason.
    Raises :class:`NotPermitted`, and :class:`PublicationRefused` where the reason is missing.
    """
    with transaction.atomic():
        row = _locked_row(resource.pk)
        if not access.may_withdraw(by, row, at):
            raise NotPermitted(_("You may not withdraw this resource."))
        if row.withdrawn_at:
            return row
        _check_withdrawal(row=row, reason=reason, replaced_by=replaced_by)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, reason.strip()
        row.replaced_by = replaced_by
        _take_down(row, expired=False)
        if state := row.current_workflow_state:
            state.cancel(user=by)
        log(instance=row, action=WITHDRAW_ACTION, user=by, data={"reason": row.withdrawn_reason})
        return row


def reinstate(*, resource: Resource, by: Any, at: datetime) -> Resource:
    """Undo a withdrawal: the resource is a draft again, to be approved and published anew."""
    with transaction.atomic():
        row = _locked_row(resource.pk)
        if not access.may_withdraw(by, row, at):
            raise NotPermitted(_("You may not bring this resource back."))
        if not row.withdrawn_at:
            return row
        row.withdrawn_at = row.withdrawn_by = row.replaced_by = None
        row.withdrawn_reason = ""
        row.has_unpublished_changes = True
        row.save(update_fields=[*_WITHDRAWAL, "has_unpublished_changes"])
        changes.record(resource_ids=[row.pk], why="reinstated")
        log(instance=row, action=REINSTATE_ACTION, user=by)
        return row


def make_translation(*, resource: Resource, language: str, by: Any, at: datetime) -> Resource:
    """An unpublished copy of ``resource`` in ``language`` (``vi``, ``en``), to be translated and approved.

    The copy shares the stored files, which are immutable. Raises :class:`NotPermitted`, and
    :class:`Stale` where there is one already.
    """
    with transaction.atomic():
        row = _locked_row(resource.pk)
        if not access.may_edit(by, row, at):
            raise NotPermitted(_("You may not translate this resource."))
        locale = Locale.objects.get(language_code=language)
        if row.get_translation_or_none(locale) is not None:
            raise Stale(_("There is a version in this language already."))
        copy = row.copy_for_translation(locale)
        copy.created_at, copy.created_by = at, by
        copy.save()
        copy.save_revision(user=by, clean=False)
        log(instance=copy, action=TRANSLATE_ACTION, user=by, data={"source": row.public_id})
        return copy


_WITHDRAWAL = ["withdrawn_at", "withdrawn_by", "withdrawn_reason", "replaced_by"]


def _locked_row(pk: int) -> Resource:
    return Resource.objects.select_for_update(of=("self",)).select_related("agency", "locale").get(pk=pk)


def _check_publishable(*, row: Resource, revision: Revision, by: Any, at: datetime) -> None:
    if by is not None and not access.may_publish(by, row, at):
        raise NotPermitted(_("You may not publish this resource."))
    if by is not None and row.locked and row.locked_by_id != by.pk:
        raise Locked(_("Another person has locked this resource; ask them to unlock it first."))
    if row.withdrawn_at:
        raise NotPermitted(_("It was withdrawn. Bring it back first, then publish it."))
    if str(revision.object_id) != str(row.pk):
        raise NotPermitted(_("This version belongs to another resource."))
    if row.live_revision_id and revision.pk < row.live_revision_id:
        raise Stale(_("A newer version is already published."))


def _check_complete(draft: Resource, *, at: datetime) -> None:
    missing = missing_for_publication(draft)
    if draft.expire_at and draft.expire_at <= at:
        missing.append(Missing("expire_at", _("The expiry has already passed: choose a later time or none.")))
    if missing:
        raise PublicationRefused(missing)


def _schedule(*, row: Resource, draft: Resource, revision: Revision, by: Any) -> Resource:
    row.revisions.exclude(pk=revision.pk).update(approved_go_live_at=None)
    revision.approved_go_live_at = draft.go_live_at
    revision.save(update_fields=["approved_go_live_at"])
    row.has_unpublished_changes = True
    fields = ["has_unpublished_changes"]
    if not row.live:
        row.go_live_at, row.expire_at, row.expired = draft.go_live_at, draft.expire_at, False
        fields += ["go_live_at", "expire_at", "expired"]
    row.save(update_fields=fields)
    _end_workflow(row, by=by)
    log(
        instance=row,
        action="wagtail.publish.schedule",
        user=by,
        revision=revision,
        data={
            "revision": {
                "id": revision.pk,
                "created": revision.created_at.isoformat(),
                "go_live_at": draft.go_live_at.isoformat() if draft.go_live_at else None,
                "has_live_version": row.live,
            }
        },
    )
    return Resource.objects.get(pk=row.pk)


def _go_live(*, row: Resource, draft: Resource, revision: Revision, by: Any, at: datetime) -> Resource:
    row.revisions.update(approved_go_live_at=None)
    draft.live, draft.expired = True, False
    draft.go_live_at = None
    draft.first_published_at = row.first_published_at or at
    draft.last_published_at = at
    draft.live_revision = revision
    draft.latest_revision_id = row.latest_revision_id
    draft.has_unpublished_changes = row.latest_revision_id not in (None, revision.pk)
    held = draft.embargo_until is not None and draft.embargo_until > at
    draft.embargo_released_at = None if held else at
    draft.save()
    changes.record(resource_ids=[draft.pk], why="published")
    _end_workflow(draft, by=by)
    renamed = {"title": {"old": row.title, "new": draft.title}} if row.title != draft.title else None
    log(instance=draft, action="wagtail.publish", user=by, revision=revision, data=renamed)
    transaction.on_commit(
        lambda: published.send(sender=Resource, instance=draft, revision=revision), robust=True
    )
    return draft


def _end_workflow(row: Resource, *, by: Any) -> None:
    if state := row.current_workflow_state:
        state.cancel(user=by)


def _resources_with_due_revisions(at: datetime) -> list[int]:
    due = Revision.objects.filter(
        approved_go_live_at__lte=at, base_content_type=Resource.get_base_content_type()
    ).order_by("approved_go_live_at")
    return list(dict.fromkeys(int(pk) for pk in due.values_list("object_id", flat=True)[:1000]))


def _publish_due_one(pk: int, *, at: datetime) -> int:
    row = _locked_row(pk)
    revision = row.revisions.filter(approved_go_live_at__lte=at).order_by("-created_at", "-pk").first()
    if revision is None:
        return 0
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    draft = row.with_content_json(revision.content)
    draft.go_live_at = None
    try:
        _check_publishable(row=row, revision=revision, by=None, at=at)
        _check_complete(draft, at=at)
    except PublishingError as refusal:
        log(instance=row, action="wagtail.schedule.cancel", revision=revision, data={"reason": str(refusal)})
        return 0
    _go_live(row=row, draft=draft, revision=revision, by=None, at=at)
    return 1


def _take_down(row: Resource, *, expired: bool) -> None:
    row.live, row.expired, row.live_revision = False, expired, None
    row.has_unpublished_changes = True
    if not expired:  # an approved return after the expiry stays approved
        row.revisions.update(approved_go_live_at=None)
    row.save(
        update_fields=[
            "live",
            "expired",
            "live_revision",
            "has_unpublished_changes",
            "updated_at",
            *_WITHDRAWAL,
        ]
    )
    changes.record(resource_ids=[row.pk], why="expired" if expired else "withdrawn")
    transaction.on_commit(lambda: unpublished.send(sender=Resource, instance=row), robust=True)


def _check_withdrawal(*, row: Resource, reason: str, replaced_by: Resource | None) -> None:
    if not reason.strip():
        raise PublicationRefused([Missing("reason", _("Say why it is withdrawn; readers will see this."))])
    if len(reason.strip()) > 500:
        raise PublicationRefused([Missing("reason", _("Keep the reason under 500 characters."))])
    if replaced_by is not None and replaced_by.pk == row.pk:
        raise PublicationRefused([Missing("replaced_by", _("A resource cannot replace itself."))])
