"""``manage.py demo``: load the demonstration library."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from cms.demonstration import accounts
from cms.demonstration.files import ProcessingStalled
from cms.demonstration.load import NotHere, load
from cms.demonstration.manifest import BadManifest

FORMAT = "{desc:<38} {bar} {n_fmt}/{total_fmt}"


class Bar:
    """A progress bar for each part, on standard error."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def begin(self, label: str, total: int) -> None:
        self.close()
        pause = 0.1 if sys.stderr.isatty() else 10.0
        self._bar = tqdm(total=total, desc=label, ncols=88, bar_format=FORMAT, mininterval=pause)

    def step(self) -> None:
        if self._bar is not None:
            self._bar.update()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class Command(BaseCommand):
    help = "Load the demonstration library (demo/), or what is still missing of it. Never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=2, help="threads that process files (default 2)")
        parser.add_argument("--only", nargs="+", metavar="ID", help="ids of the manifest (default all)")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar()
        try:
            only = frozenset(options["only"]) if options["only"] else None
            loaded = load(at=timezone.now(), progress=bar, only=only, workers=options["workers"])
        except (BadManifest, NotHere, ProcessingStalled) as error:
            raise CommandError(str(error)) from error
        finally:
            bar.close()
        if loaded:
            self.stdout.write(_("The demonstration is loaded: %(count)d resources.") % {"count": loaded})
        else:
            self.stdout.write(_("The demonstration is already loaded; nothing was changed."))
        for line in accounts_table():
            self.stdout.write(line)


def accounts_table() -> list[str]:
    """The accounts of the demonstration, as lines for a terminal."""
    head = _("Accounts of the demonstration, all with the password %(password)s:")
    rows = [
        f"  {account.username:<16}{account.label}{f' · {account.agency}' if account.agency else ''}"
        for account in accounts.ACCOUNTS
    ]
    return [head % {"password": accounts.PASSWORD}, *rows]
