"""The manifest in ``demo/``, parsed once into frozen values.

Its shape is ``demo/resources.schema.json``; the meaning of each field is told in ``demo/README.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_DURATION = re.compile(r"^(-?)P(?:(\d+)D)?(?:T(\d+)H)?$")

# Roles of the manifest that the library calls otherwise.
_ROLES = {"poster": "cover"}


class BadManifest(ValueError):
    """The manifest does not read; ``str()`` says where."""


def resolve(text: str, *, at: datetime) -> datetime:
    """A time of the manifest: a date-time with offset, or a duration counted from ``at``.

    Durations are the ISO 8601 subset of the schema (``-P2D``, ``P10D``, ``-PT6H``).
    Raises :class:`BadManifest`.
    """
    if match := _DURATION.match(text):
        sign, days, hours = match.groups()
        length = timedelta(days=int(days or 0), hours=int(hours or 0))
        return at - length if sign else at + length
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadManifest(f"not a time: {text!r}") from error


@dataclass(frozen=True)
class FileEntry:
    """One file of a resource; ``path`` is relative to the folder of the manifest."""

    role: str
    path: str
    language: str
    sha256: str
    alt: str
    text_alternative: str


@dataclass(frozen=True)
class Withdrawal:
    reason: str
    at: datetime
    replaced_by: str


@dataclass(frozen=True)
class Entry:
    """One resource of the manifest, its times made absolute. Empty text stands for "none"."""

    id: str
    kind: str
    form: str
    language: str
    title: str
    summary: str
    body: tuple[dict[str, Any], ...]
    audiences: tuple[str, ...]
    topics: tuple[str, ...]
    keywords: tuple[str, ...]
    agency: str
    created: datetime
    published: datetime | None
    state: str
    embargo_until: datetime | None
    expires: datetime | None
    withdrawal: Withdrawal | None
    licence: str
    credit: str
    terms: str
    files: tuple[FileEntry, ...]
    chapters: tuple[tuple[float, str], ...]
    translation_of: str
    campaign: str
    sources: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]


def read(folder: Path, *, at: datetime) -> list[Entry]:
    """Every entry, each after what it refers to. Raises :class:`BadManifest` and :class:`OSError`."""
    entries = []
    lines = (folder / "resources.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(_entry(json.loads(line), at=at))
        except (KeyError, TypeError, ValueError) as error:
            raise BadManifest(f"resources.jsonl, line {number}: {error}") from error
    return in_order(entries)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Pictures before the articles that show them, originals before their translations."""
    return sorted(entries, key=lambda entry: (entry.kind == "article", bool(entry.translation_of)))


def read_list(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one of the smaller files (``topics.json``, ``sections.json``)."""
    rows: list[dict[str, Any]] = json.loads((folder / name).read_text(encoding="utf-8"))
    return rows


def _entry(row: dict[str, Any], *, at: datetime) -> Entry:
    def time(name: str) -> datetime | None:
        return resolve(row[name], at=at) if row[name] else None

    rights = row["rights"]
    return Entry(
        id=row["id"],
        kind=row["kind"],
        form=row["form"] or "",
        language=row["lang"],
        title=row["title"],
        summary=row["summary"],
        body=tuple(row["body"] or ()),
        audiences=tuple(row["audiences"]),
        topics=tuple(row["topics"]),
        keywords=tuple(row["keywords"]),
        agency=row["agency"],
        created=resolve(row["created"], at=at),
        published=time("published"),
        state=row["state"],
        embargo_until=time("embargo_until"),
        expires=time("expires"),
        withdrawal=_withdrawal(row["withdrawn"], at=at),
        licence=rights["licence"],
        credit=rights["credit"],
        terms=rights["terms"],
        files=tuple(map(_file, row["files"])),
        chapters=tuple((float(item["start"]), item["title"]) for item in row["chapters"] or ()),
        translation_of=row["translation_of"] or "",
        campaign=row["campaign"] or "",
        sources=tuple((item["scheme"], item["value"]) for item in row["sources"]),
        checks=tuple(row["checks"]),
    )


def _file(row: dict[str, Any]) -> FileEntry:
    return FileEntry(
        role=_ROLES.get(row["role"], row["role"]),
        path=row["path"],
        language=row["lang"],
        sha256=row["sha256"],
        alt=row["alt"] or "",
        text_alternative=row["text_alternative"] or "",
    )


def _withdrawal(row: dict[str, Any] | None, *, at: datetime) -> Withdrawal | None:
    if row is None:
        return None
    return Withdrawal(
        reason=row["reason"], at=resolve(row["at"], at=at), replaced_by=row["replaced_by"] or ""
    )
