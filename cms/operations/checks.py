"""System checks of a real site: what settings alone cannot refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_COMPILE = "Run: python -m tools.translations"


@register(Tags.translation, deploy=True)
def catalogues_are_compiled(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Compiled catalogues are not in the repository; without them a site speaks no Vietnamese."""
    return [problem for folder in settings.LOCALE_PATHS for problem in _uncompiled(Path(folder))]


def _uncompiled(folder: Path) -> Iterator[CheckMessage]:
    yield from _not_made(folder / "fragments", folder / "vi" / "LC_MESSAGES" / "django.mo")
    yield from _not_made(folder / "fragments" / "scripts", folder / "vi" / "LC_MESSAGES" / "djangojs.mo")


def _not_made(fragments: Path, compiled: Path) -> Iterator[CheckMessage]:
    if not compiled.exists():
        yield Error("The Vietnamese catalogue is not compiled.", hint=_COMPILE, id="operations.E001")
    elif compiled.stat().st_mtime < max(
        path.stat().st_mtime for path in [fragments, *fragments.glob("*.po")]
    ):
        yield Error(
            "The Vietnamese catalogue is older than locale/fragments/.", hint=_COMPILE, id="operations.E002"
        )


@register(Tags.database)
def accounts_of_the_demonstration_are_closed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Where the demonstration is refused, nobody signs in with the password that it tells everyone."""
    if settings.DEMONSTRATION:
        return []
    found = [name for alias in databases or () for name in _open_accounts(alias)]
    if not found:
        return []
    return [
        Error(
            f"Accounts of the demonstration are open with its known password: {', '.join(found)}.",
            hint="A real site begins with an empty database. Otherwise set another password (manage.py "
            "changepassword), or switch each account off in the admin.",
            id="operations.E003",
        )
    ]


def _open_accounts(alias: str) -> list[str]:
    from cms.demonstration.accounts import ACCOUNTS, PASSWORD
    from media_library.models import User

    if User._meta.db_table not in connections[alias].introspection.table_names():
        return []  # before the first migration
    people = User.objects.using(alias).filter(
        is_active=True, username__in=[account.username for account in ACCOUNTS]
    )
    known = people.order_by("username").values_list("username", "password")
    return [name for name, password in known if check_password(PASSWORD, password)]
