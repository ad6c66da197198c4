"""The files that a row names: fetched or taken out of the ZIP, and accepted like any upload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from media_library.files import storage
from media_library.importing import reading
from media_library.importing.checking import Members, Proposal, is_address
from media_library.importing.columns import FILES
from media_library.importing.problems import Unreadable
from media_library.intake.accept import accept
from media_library.intake.fetching import Manners, fetch
from media_library.intake.names import LIMIT
from media_library.intake.rejection import Rejected, names_of
from media_library.intake.signature import HEAD, seems
from media_library.kinds import DRAWINGS, FILMS, PICTURES, RULES, SOUNDS, Kind, rule_for
from media_library.models import ImportRun, StoredFile
from media_library.processing import sandbox

Taken = tuple[Path, str]
"""A file in the workspace, and the name it has where it came from."""
_KINDS = (
    (PICTURES + DRAWINGS, Kind.PHOTO),
    (FILMS, Kind.VIDEO),
    (SOUNDS, Kind.PODCAST),
    (("application/pdf",), Kind.DOCUMENT),
)


def manners() -> Manners:
    """How the library asks other sites: its name, and the ports that settings allow."""
    return Manners(agent=settings.FETCH_AGENT, ports=frozenset({80, 443, *settings.FETCH_PORTS}))


class Filing:
    """Brings the files of rows into one workspace. ``asking``: how other sites are asked."""

    def __init__(
        self, folder: Path, *, archive: Path | None, members: Members | None, asking: Manners
    ) -> None:
        self.folder, self.archive, self.members, self.asking = folder, archive, members, asking

    def bring(self, named: str, *, kind: str, role: str) -> Taken:
        """Raises :class:`~media_library.intake.fetching.NotFetched`, Rejected or Unreadable."""
        target = self.folder / f"file-{role}"
        limit = rule_for(kind).size_limit(role) if kind else max(settings.UPLOAD_LIMITS.values())
        if is_address(named):
            got = fetch(
                named, target=target, limit=limit, seconds=settings.FETCH_SECONDS, manners=self.asking
            )
            return target, _presentable(got.name)
        found = (self.members or {}).get(named.replace("\\", "/"), [])
        if len(found) != 1 or self.archive is None:
            raise Unreadable("file_not_in_zip", given=named[:100])
        arguments = {
            "path": str(self.archive),
            "index": found[0]["index"],
            "target": str(target),
            "limit": limit,
        }
        reading.sandboxed("media_library.processing.archive:extract", arguments, folder=self.folder)
        return target, _presentable(found[0]["name"].rpartition("/")[2])


@contextmanager
def filing(run: ImportRun, *, asking: Manners | None = None) -> Iterator[Filing]:
    """A workspace with the run's ZIP, if it has one."""
    with sandbox.workspace(storage.work_folder()) as folder:
        chosen = asking or manners()
        if not run.archive_stored:
            yield Filing(folder, archive=None, members=None, asking=chosen)
            return
        with storage.local_copy(run.archive_stored, workspace=folder) as archive:
            members = reading.members_of(archive, folder=folder)
            yield Filing(folder, archive=archive, members=members, asking=chosen)


def take(
    proposal: Proposal, *, bring: Callable[..., Taken], kind: str, by: Any, at: datetime
) -> tuple[str, dict[str, StoredFile]]:
    """Accept every file of a row; the kind (by the main file where none was said) and the files by column."""
    files: dict[str, StoredFile] = {}
    for column, named in proposal.files.items():
        role = FILES[column]
        path, name = bring(named, kind=kind, role=role)
        if not kind:
            kind = kind_of(path)
        with path.open("rb") as stream:
            files[column] = accept(
                stream=stream, name=name, kind=kind, role=role, agency=proposal.agency, by=by, at=at
            )
        path.unlink(missing_ok=True)
    return kind, files


def kind_of(path: Path) -> str:
    """The kind that a file makes: a picture is a photo, a PDF, slides and texts a document.

    Raises :class:`Rejected`.
    """
    with path.open("rb") as file:
        seeming = seems(file.read(HEAD))
    for types, kind in _KINDS:
        if seeming in types:
            return kind.value
    if seeming == "zip":
        return Kind.DOCUMENT.value
    if seeming in ("archive", "executable"):
        raise Rejected(seeming)
    taken = dict.fromkeys(kind for rule in RULES.values() for kind in rule.accepts)
    raise Rejected("unknown", accepted=names_of(tuple(taken)))


def _presentable(name: str) -> str:
    """A site's long name cut where a person's would be refused, its ending kept."""
    if len(name) <= LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LIMIT - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else name[:LIMIT]
