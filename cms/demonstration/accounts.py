"""One account for each role, with a password that everybody knows: never in production."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_library.access import LEAD_GROUP
from media_library.models import Agency, Membership, MembershipRole, User

PASSWORD = "kho57-dung-thu"  # noqa: S105 - public on purpose; a real site refuses it (cms.operations.checks)
"""Password of every account of the demonstration."""


@dataclass(frozen=True)
class Account:
    """``agency`` and ``role`` are empty for those who act for the whole city, and for the press."""

    username: str
    family_name: str
    given_name: str
    label: str | Promise
    agency: str = ""
    role: str = ""


COMMUNICATOR = Account(
    "truyenthong", "Trần Thị Minh", "Châu", _("Communicator"), "SO-04", MembershipRole.COMMUNICATOR
)
EDITOR = Account("bientap", "Lê Quang", "Huy", _("Agency editor"), "SO-04", MembershipRole.EDITOR)
COMMUNE_COMMUNICATOR = Account(
    "truyenthong-xa", "Hồ Thị", "Kăn", _("Communicator"), "XA-20056", MembershipRole.COMMUNICATOR
)
COMMUNE_EDITOR = Account("bientap-xa", "Hồ Văn", "Lâm", _("Agency editor"), "XA-20056", MembershipRole.EDITOR)
LEAD = Account("chutri", "Nguyễn Khoa Diệu", "An", _("Lead editor"), "SO-02", MembershipRole.EDITOR)
JOURNALIST = Account("nhabao", "Tôn Nữ Mỹ", "Hạnh", _("Journalist"))
ADMINISTRATOR = Account("quantri", "Phan Đăng", "Khôi", _("Administrator"))

ACCOUNTS = (COMMUNICATOR, EDITOR, COMMUNE_COMMUNICATOR, COMMUNE_EDITOR, LEAD, JOURNALIST, ADMINISTRATOR)


def load_accounts() -> dict[str, User]:
    """The user of every account by user name, made where missing; an existing one keeps its password."""
    return {account.username: _user_of(account) for account in ACCOUNTS}


@transaction.atomic
def _user_of(account: Account) -> User:
    user = User.objects.filter(username=account.username).first() or _make(account)
    return User.objects.get(pk=user.pk)


def _make(account: Account) -> User:
    administers = account is ADMINISTRATOR
    user = User.objects.create_user(
        account.username,
        f"{account.username}@kho57.example",
        PASSWORD,
        last_name=account.family_name,
        first_name=account.given_name,
        is_staff=administers,
        is_superuser=administers,
    )
    if account is LEAD:
        user.groups.add(Group.objects.get(name=LEAD_GROUP))
    if account.agency:
        agency = Agency.objects.get(code=account.agency)
        Membership.objects.create(user=user, agency=agency, role=account.role)
    return user
