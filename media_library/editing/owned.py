"""Wagtail's questions about rows that an agency's editors keep, answered by :mod:`media_library.access`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.chooser import SnippetChooserViewSet

from media_library import access
from media_library.models import Agency, MembershipRole


class OwnedPolicy(ModelPermissionPolicy):
    """The group opens the door (model permission), ``access`` decides on the row behind it.

    For models with an ``agency``, whose default manager knows what is ``editable_by`` a person.
    """

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if not super().user_has_permission(user, action):
            return False
        return instance.agency_id is None or access.may_edit_section_of(user, instance.agency)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        allowed: QuerySet[Any] = super().instances_user_has_any_permission_for(user, actions)
        return allowed.filter(pk__in=self.model._default_manager.editable_by(user).values("pk"))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        return self.instances_user_has_any_permission_for(user, [action])


class OwnedChooserViewSet(SnippetChooserViewSet):
    """Chooses among the rows that a person keeps."""

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        rows = self.model._default_manager

        class Narrowed(view_class):
            def get_object_list(self) -> Any:
                return rows.editable_by(self.request.user).select_related("agency")

            def get_objects(self, pks: list[Any]) -> Any:
                return self.get_object_list().filter(pk__in=pks)

            def get_object(self, pk: Any) -> Any:
                return self.get_object_list().get(pk=pk)

        Narrowed.__name__ = view_class.__name__
        return super().construct_view(Narrowed, **kwargs)


def offer_own_agencies(field: Any, *, to: Any) -> None:
    """Let ``field`` offer the agencies of today that ``to`` edits; the only one is chosen already."""
    own = Agency.objects.filter(successor=None)
    if not access.is_lead(to):
        own = own.filter(pk__in=access.agency_ids(to, role=MembershipRole.EDITOR))
    field.queryset = own
    only = list(own[:2])
    if len(only) == 1:
        field.initial = only[0]
