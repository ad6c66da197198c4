"""The two steps of approval: the agency's own editor, then the lead department where the agency is set so."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from media_library import access
from media_library.models.agency import User


class _ReviewTask(Task):
    """Common behaviour; who reviews is asked of access.py alone."""

    class Meta:
        abstract = True

    def _may_review(self, user: Any, obj: Any) -> bool:
        raise NotImplementedError

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self._may_review(user, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return not self._may_review(user, obj)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return self._may_review(user, obj)

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return self._may_review(user, obj)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not self._may_review(user, obj):
            return []
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    @classmethod
    def get_description(cls) -> Any:
        return cls._meta.verbose_name


class AgencyReviewTask(_ReviewTask):
    """An editor of the resource's own agency approves."""

    class Meta:
        verbose_name = _("Review by the agency's editor")
        verbose_name_plural = _("Reviews by the agency's editor")

    def _may_review(self, user: Any, obj: Any) -> bool:
        return access.may_review(user, obj)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        return access.reviewable(user, self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS))


class LeadReviewTask(_ReviewTask):
    """An editor of the lead department approves."""

    class Meta:
        verbose_name = _("Review by the lead department")
        verbose_name_plural = _("Reviews by the lead department")

    def _may_review(self, user: Any, obj: Any) -> bool:
        return access.is_lead(user)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return states if access.is_lead(user) else states.none()
