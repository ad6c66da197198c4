"""What a disk lost with the current is found when a worker starts, and written anew."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cms.sections import files, lost
from cms.sections.models import Section, SectionRender
from media_library import worker
from tests import factories as make
from tests.sections.making import drain, make_section, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    """One with a file of every form; beside another that lost nothing."""
    make_section()
    found = make_section(slug="mat-dien")
    make.make_published(title="Còn nguyên")
    drain()
    return found


def path_of(section: Section, name: str) -> Path:
    path = files.local_path(f"feeds/{section.address}/{name}")
    assert path is not None
    return path


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def other(path: Path) -> None:
    path.write_bytes(gzip.compress(b"of another day"))


@pytest.mark.parametrize("loss", [zeros, emptied, other, Path.unlink])
@pytest.mark.parametrize("name", ["feed.json", "rss.en.xml.gz", "section.html.br"])
def test_a_file_that_is_not_what_was_written_is_written_anew(
    section: Section, name: str, loss: Callable[[Path], None]
) -> None:
    path = path_of(section, name)
    before = path.read_bytes()
    loss(path)
    assert lost.look(timezone.now()) == 1
    drain()
    assert path.read_bytes() == before
    assert lost.is_whole(section.address)


def test_without_its_manifest_everything_is_written_anew(section: Section) -> None:
    manifest = files.local_path(files.manifest_name(section.address))
    assert manifest is not None
    zeros(manifest)
    assert lost.look(timezone.now()) == 1
    drain()
    assert lost.is_whole(section.address) and titles(section) == ["Còn nguyên"]


def test_a_folder_that_came_back_empty_is_filled_again(section: Section) -> None:
    """As after every start where it lies in memory."""
    folder = path_of(section, "").parents[2]
    before = sorted(each.name for each in folder.rglob("*"))
    shutil.rmtree(folder)
    assert lost.look(timezone.now()) == 2
    drain()
    assert sorted(each.name for each in folder.rglob("*")) == before


def test_where_nothing_was_lost_nothing_is_asked_for(section: Section) -> None:
    assert lost.look(timezone.now()) == 0
    assert not SectionRender.objects.exists()


def test_what_could_not_be_written_is_written_anew_at_the_next_try(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros(path_of(section, "atom.xml.br"))
    lost.look(timezone.now())
    with monkeypatch.context() as full:
        full.setattr(files, "write_with_twins", _full)
        drain()
    assert not lost.is_whole(section.address)
    drain(timezone.now() + timedelta(minutes=1))
    assert lost.is_whole(section.address)


def _full(*written: Any) -> None:
    raise OSError("disk full")


def test_a_bucket_keeps_what_it_answered_for(section: Section, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "feeds": {"BACKEND": "tests.sections.overwriting.OverwritingStorage"},
    }
    assert lost.look(timezone.now()) == 0


def test_every_worker_looks_when_it_starts() -> None:
    assert worker._first["lost section files"] is lost.look
