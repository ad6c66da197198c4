"""Django groups behind the roles: what opens the admin's doors. Which object a person may touch is decided
in :mod:`media_library.access` alone."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Q
from wagtail.models import GroupPagePermission, Page
from wagtail.snippets.models import create_extra_permissions

from media_library.access import LEAD_GROUP
from media_library.models import Membership, MembershipRole, User

COMMUNICATOR_GROUP = "Communicators"
EDITOR_GROUP = "Agency editors"

_COMMUNICATOR = {
    "wagtailadmin.access_admin",
    "media_library.add_resource",
    "media_library.change_resource",
    "media_library.view_resource",
    "media_library.delete_resource",
}
_EDITOR = _COMMUNICATOR | {
    "media_library.publish_resource",
    "media_library.lock_resource",
    "media_library.unlock_resource",
    "coverage.add_place",
    "coverage.change_place",
    "coverage.delete_place",
    "coverage.view_place",
    *(f"newsroom.{verb}_{model}" for verb in ("add", "change", "delete", "view") for model in ("presskit",)),
    "sections.add_section",
    "sections.change_section",
    "sections.view_section",
    "sections.delete_section",
}
_LEAD = _EDITOR | {
    "media_library.lead_resource",
    *(
        f"media_library.{verb}_{model}"
        for verb in ("add", "change", "delete", "view")
        for model in ("audience", "topic", "keyword", "campaign", "agency", "membership")
    ),
    *(f"wagtailcore.{verb}_page" for verb in ("add", "change", "publish", "view")),
}
GROUPS = {COMMUNICATOR_GROUP: _COMMUNICATOR, EDITOR_GROUP: _EDITOR, LEAD_GROUP: _LEAD}
_OWNERS = ("coverage", "media_library", "newsroom", "sections", "wagtailadmin", "wagtailcore")
_AFTER = "wagtailsnippets"


def ensure_groups(sender: AppConfig, **kwargs: Any) -> None:
    """Give each group its permissions as far as they exist; runs once after every ``migrate``.

    It stands behind Wagtail's snippets, which make the permissions to publish and to lock in their own
    receiver: it calls that itself, so that the first run on an empty database is complete.
    """
    if sender.label != _AFTER or kwargs.get("using", "default") != "default" or not _permissions_exist():
        return
    for label in _OWNERS:
        create_permissions(apps.get_app_config(label), verbosity=0)
    create_extra_permissions(sender, verbosity=0)
    for name, wanted in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(wanted))
    _open_pages(Group.objects.get(name=LEAD_GROUP))


def _open_pages(group: Group) -> None:
    """The lead department edits the standing pages and what the first page features."""
    root = Page.get_first_root_node()
    if root is None:
        return
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=("add_page", "change_page", "publish_page")
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _permissions_exist() -> bool:
    """False while only a part of the migrations has run (``migrate search`` on an empty database)."""
    return Permission._meta.db_table in connection.introspection.table_names()


def _permissions(names: set[str]) -> list[Permission]:
    wanted = [name.partition(".") for name in names]
    one_of = [Q(content_type__app_label=app, codename=code) for app, _dot, code in wanted]
    return list(Permission.objects.filter(reduce(or_, one_of)))


def sync_groups(user: User) -> None:
    """Put ``user`` into the groups of their memberships and out of those they no longer have."""
    roles = set(user.memberships.values_list("role", flat=True))
    for name, role in (
        (COMMUNICATOR_GROUP, MembershipRole.COMMUNICATOR),
        (EDITOR_GROUP, MembershipRole.EDITOR),
    ):
        group, _made = Group.objects.get_or_create(name=name)
        if role in roles:
            user.groups.add(group)
        else:
            user.groups.remove(group)


def membership_changed(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    if user := User.objects.filter(pk=instance.user_id).first():
        sync_groups(user)
