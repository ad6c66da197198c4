"""The files of many sections, written together: each whole, and what is remembered of all of them at once.

The order is the same for one section and for sixty: what comes and goes is noted; a manifest forgets the files
that are about to change; they are written; that is announced and remembered in one transaction; their former
versions are blanked; the manifest names them again. Whatever stops this in between, what is not named is written,
announced and blanked once more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from cms.sections import files, render, tombstones
from cms.sections.changes import files_changed
from cms.sections.models import Section, SectionShown
from cms.sections.render import Chosen, Rendered

logger = logging.getLogger(__name__)

TOGETHER = 64
"""Sections whose files are held in memory at a time: those of a city."""


@dataclass
class Outcome:
    """How many files were written, and what went wrong, by the address of the section."""

    written: int = 0
    problems: dict[str, Exception] = field(default_factory=dict)

    @contextmanager
    def noting(self, *addresses: str) -> Iterator[None]:
        """What fails within is the problem of ``addresses``, and stops no other."""
        try:
            yield
        except Exception as problem:  # whatever it is that one section cannot be rendered for
            logger.exception("section_render_failed", extra={"section": " ".join(addresses)})
            self.problems |= dict.fromkeys(addresses, problem)


def bring(addresses: Sequence[str], *, at: datetime, anew: Collection[str] = ()) -> Outcome:
    """Bring the files of the sections at ``addresses`` up to ``at``; of one that is not live they are removed.

    ``anew``: those of which every file is written whatever the manifest says. Not for two at once: callers hold
    the turn (:mod:`cms.sections.due`).
    """
    outcome = Outcome()
    for first in range(0, len(addresses), TOGETHER):
        found = []
        for address in addresses[first : first + TOGETHER]:
            with outcome.noting(address):
                chosen = render.chosen(address, at=at)
                if chosen is None:
                    withdraw(address)
                else:
                    found.append(chosen)
        if found:
            with outcome.noting(*(each.address for each in found)):
                _write(found, outcome, at=at, anew=anew)
    return outcome


def _write(found: Sequence[Chosen], outcome: Outcome, *, at: datetime, anew: Collection[str]) -> None:
    tombstones.remember([(each.address, each.before, each.now) for each in found], at=at)
    begun = []
    for each in found:  # the files of one are written while the next is rendered
        with outcome.noting(each.address):
            change = render.rendered(each, at=at, anew=each.address in anew)
            begun.append((change, _begin(change)))
    wait([writing for _change, under_way in begun for writing in under_way])
    for change, under_way in begun:
        with outcome.noting(change.address):
            _end(change, under_way)
    whole = [change for change, _under_way in begun if change.address not in outcome.problems]
    with transaction.atomic():
        names = [name for change in whole for name in change.names]
        if names:
            files_changed.send(sender=Section, names=names)
        _remember([change.chosen for change in whole], at=at)
    for change in whole:
        with outcome.noting(change.address):
            _settle(change, at=at)
            outcome.written += len(change.contents)


def _begin(change: Rendered) -> list[Future[None]]:
    """Begin to write what changes; its names leave the manifest first."""
    if change.is_as_it_was:
        return []
    change.manifest.frame_ancestors = change.frame_ancestors
    change.manifest.drop(change.contents)
    change.manifest.save(change.address)
    return files.begin(change.contents)


def _end(change: Rendered, under_way: Sequence[Future[None]]) -> None:
    """Every file is written, and what is stale is gone; or why not."""
    for writing in under_way:
        writing.result()
    for name in change.stale:
        files.remove(name)


def _settle(change: Rendered, *, at: datetime) -> None:
    """Nothing is left of what was there before, and the manifest names what was written."""
    if change.is_as_it_was:
        return
    files.blank(change.contents)
    change.manifest.drop(change.stale)
    modified = at.isoformat(timespec="seconds")
    for name in change.contents:
        change.manifest.files[name] = {"sha256": change.digests[name], "modified": modified}
    change.manifest.save(change.address)


def _remember(found: Sequence[Chosen], *, at: datetime) -> None:
    SectionShown.objects.bulk_create(
        [
            SectionShown(address=each.address, resource_ids=each.now, filled=each.is_open, rendered_at=at)
            for each in found
        ],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["resource_ids", "filled", "rendered_at"],
    )


def withdraw(address: str) -> None:
    """Remove every file of ``address``; its addresses then answer 404."""
    names = render.every_name(address)
    for name in names:
        files.remove(name)
    files_changed.send(sender=Section, names=names)
    files.remove_manifest(address)
    SectionShown.objects.filter(address=address).delete()
