"""Wagtail's questions about a resource, answered by :mod:`media_library.access`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.permission_policies import ModelPermissionPolicy

from media_library import access
from media_library.models import Resource

_ASKED: dict[str, Callable[[Any, Resource], bool]] = {
    "publish": lambda user, row: access.may_publish(user, row, timezone.now()),
    "lock": access.may_review,
    "unlock": access.may_review,
    "delete": lambda user, row: access.may_manage(user, row) and row.first_published_at is None,
}


class ResourcePolicy(ModelPermissionPolicy):
    """The group opens the door (model permission), ``access`` decides on the object behind it."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Resource) -> bool:
        if not super().user_has_permission(user, action) or not access.may_manage(user, instance):
            return False
        asked = _ASKED.get(action)
        return asked is None or asked(user, instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Resource
    ) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Resource]:
        allowed: QuerySet[Resource] = super().instances_user_has_any_permission_for(user, actions)
        return allowed.filter(access.manageable_by(user))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Resource]:
        return self.instances_user_has_any_permission_for(user, [action])
