"""What belongs to the lead department alone: for everybody else its addresses do not exist."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from media_library import access
from media_library.editing import fence
from media_library.models import User


class LeadPolicy(BasePermissionPolicy):
    """Wagtail's questions, answered by :func:`media_library.access.is_lead`."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return access.is_lead(user)

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        lead = Q(is_superuser=True) | Q(groups__name=access.LEAD_GROUP)
        return User.objects.filter(lead, is_active=True).distinct()


class LeadMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_lead(request.user)


def reserve(model: type[Model]) -> None:
    """Only the lead department keeps rows of ``model``."""
    register_permission_policy(model, LeadPolicy(model))
    fence.protect(
        model,
        lambda user: model._default_manager.all() if access.is_lead(user) else model._default_manager.none(),
    )
