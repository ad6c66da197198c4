"""Bringing the demonstration in, from wherever an earlier run stopped.

Every resource is one transaction and is found again by its identifier, so a run that is cut off at any
moment is completed by the next, and a run with nothing left to do changes nothing. At its end the index
and the sections' files are what the library is, whether or not a worker runs beside it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from cms.demonstration import accounts, coverage, files, home, press, resources, sections, vocabularies
from cms.demonstration.manifest import Entry, read
from cms.demonstration.progress import Progress
from media_library import publishing, worker
from media_library.models import Identifier, User
from media_library.processing.priority import PROMPT

FOLDER = Path(settings.BASE_DIR) / "demo"


class NotHere(RuntimeError):
    """The settings do not allow the demonstration (``DEMONSTRATION``)."""


def load(
    *,
    at: datetime,
    progress: Progress,
    folder: Path = FOLDER,
    only: frozenset[str] | None = None,
    workers: int = 2,
) -> int:
    """Load what is not there yet and return how many resources that were.

    ``only``: ids to take instead of all; ``workers``: threads that process files, 0 for none but this.
    Raises :class:`NotHere`, :class:`~cms.demonstration.manifest.BadManifest` and
    :class:`~cms.demonstration.files.ProcessingStalled`; what is loaded by then stays.
    """
    if not getattr(settings, "DEMONSTRATION", False):
        raise NotHere("the demonstration is not allowed here: DEMONSTRATION is off")
    entries = [entry for entry in read(folder, at=at) if only is None or entry.id in only]
    missing = _not_loaded(entries)
    users = _load_frame(folder)
    by_path = {file.path: entry.id for entry, file in files.wanted(entries) if file.role == "original"}
    if missing:
        _load_entries(
            missing, folder=folder, users=users, by_path=by_path, at=at, progress=progress, workers=workers
        )
    for entry in entries:
        resources.withdraw(entry, by=users[accounts.LEAD.username])
    publishing.expire_due(at)
    vocabularies.dress_campaigns(folder, by_path=by_path)
    sections.load_sections(folder)
    sections.load_city_pins(by=users[accounts.LEAD.username], at=at)
    sections.renew_addresses()
    home.load_picks()
    press.load_press(journalist=users[accounts.JOURNALIST.username], at=at)
    worker.settle(among=PROMPT)
    coverage.load_coverage(at=at)
    return len(missing)


def _not_loaded(entries: list[Entry]) -> list[Entry]:
    known = set(Identifier.objects.filter(scheme=vocabularies.SCHEME).values_list("value", flat=True))
    return [entry for entry in entries if entry.id not in known]


def _load_frame(folder: Path) -> dict[str, User]:
    """What resources refer to: agencies, terms, campaigns and the accounts."""
    vocabularies.load_agencies(folder)
    vocabularies.load_vocabularies(folder)
    vocabularies.load_campaigns(folder)
    return accounts.load_accounts()


def _load_entries(
    missing: list[Entry],
    *,
    folder: Path,
    users: dict[str, User],
    by_path: dict[str, str],
    at: datetime,
    progress: Progress,
    workers: int,
) -> None:
    lead = users[accounts.LEAD.username]
    authors = {
        account.agency: users[account.username]
        for account in (accounts.COMMUNICATOR, accounts.COMMUNE_COMMUNICATOR)
    }
    total = sum(1 for _file in files.wanted(missing))
    progress.begin(_("Taking in files"), total)
    taken = files.take_in(
        missing, folder=folder, by=lambda code: authors.get(code, lead), at=at, progress=progress
    )
    progress.begin(_("Making pictures and public copies"), total)
    files.process(taken.values(), progress=progress, workers=workers)
    shelf = resources.Shelf(at=at, author=authors, lead=lead, files=taken, by_path=by_path)
    progress.begin(_("Publishing resources"), len(missing))
    for entry in missing:
        resources.load_resource(entry, shelf=shelf)
        progress.step()
