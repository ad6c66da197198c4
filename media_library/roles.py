"""Django groups behind the roles: what opens the admin's doors. Which object a person may touch is decided
in :mod:`media_library.access` alone."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Q
from wagtail.models import GroupPagePermission, Page

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
_OWNERS = ("media_library", "sections", "wagtailadmin", "wagtailcore")


def ensure_groups(sender: AppConfig, **kwargs: Any) -> None:
    """Give each group its permissions as far as they exist; runs after every migration, repeats nothing."""
    if sender.label not in _OWNERS or kwargs.get("using", "default") != "default":
        return
    if not apps.is_installed("wagtail.admin") or not _permissions_exist():
        return
    create_permissions(sender, verbosity=0)
    for name, wanted in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(wanted, app_label=sender.label))
    if sender.label == "wagtailcore":
        _open_pages(Group.objects.get(name=LEAD_GROUP))


def _open_pages(group: Group) -> None:
    """The lead department edits the standing pages and what the first page features."""
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=("add_page", "change_page", "publish_page")
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _permissions_exist() -> bool:
    """False while only a part of the migrations has run (``migrate search`` on an empty database)."""
    return Permission._meta.db_table in connection.introspection.table_names()


def _permissions(names: set[str], *, app_label: str) -> list[Permission]:
    codes = [name.partition(".")[2] for name in names if name.startswith(f"{app_label}.")]
    return list(Permission.objects.filter(Q(content_type__app_label=app_label, codename__in=codes)))


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
