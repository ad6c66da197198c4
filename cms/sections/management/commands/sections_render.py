"""Render the files of every section anew: after an update of the templates, or where files were lost."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from cms.sections import due, writing
from media_library.scheduler import alone

AT_A_TIME = 8
"""Sections between two steps of the bar."""
PATIENCE = 30.0
"""Seconds to wait for a worker that is rendering."""


class Command(BaseCommand):
    help = "Render the files of every section."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--changed", action="store_true", help="write only files whose content changed")

    def handle(self, *args: Any, **options: Any) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with alone(due.TURN) as got:
                if got:
                    return self._render(anew=not options["changed"])
            if time.monotonic() > until:
                raise CommandError(_("A worker is rendering sections and does not end; try again."))
            time.sleep(0.1)

    def _render(self, *, anew: bool) -> None:
        addresses = due.all_addresses()
        written, failed = 0, []
        with tqdm(total=len(addresses), unit=" sections", file=self.stderr, disable=None) as progress:
            for first in range(0, len(addresses), AT_A_TIME):
                some = addresses[first : first + AT_A_TIME]
                outcome = writing.bring(some, at=timezone.now(), anew=some if anew else ())
                written += outcome.written
                failed += [f"{address} ({problem})" for address, problem in outcome.problems.items()]
                progress.update(len(some))
        self.stdout.write(
            _("%(sections)d sections, %(files)d files written.")
            % {"sections": len(addresses), "files": written}
        )
        if failed:
            raise CommandError(_("Not rendered: %(sections)s") % {"sections": ", ".join(failed)})
