from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone

from media_library import collector
from media_library.models import Asset, Resource, StoredFile
from tests.factories import make_agency, make_published, make_resource, make_stored_file
from tests.media_library.conftest import stored_names

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def collect(**options: Any) -> collector.Collected:
    """As after a long time: nothing is too young."""
    ages = {"rows_age": timedelta(0), "bytes_age": timedelta(0)}
    return collector.collect(at=timezone.now() + timedelta(seconds=1), **(ages | options))


def loose_bytes(name: str = "renditions/ab/cdef") -> str:
    return storages["private"].save(name, ContentFile(b"x"))


def test_bytes_that_no_row_names_are_removed(data_folder: Path) -> None:
    name = loose_bytes()
    assert collect().files == 1
    assert name not in stored_names(data_folder)


def test_bytes_that_are_young_may_belong_to_work_under_way(data_folder: Path) -> None:
    loose_bytes()
    assert collect(bytes_age=timedelta(hours=12)).files == 0
    assert len(stored_names(data_folder)) == 1


def test_an_upload_that_never_came_into_use_goes_with_its_renditions(
    data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    make_stored_file(make_agency())
    assert len(stored_names(data_folder)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert collect().rows == 1
    assert not StoredFile.objects.exists()
    assert stored_names(data_folder) == set()


def test_files_of_resources_stay_whether_live_or_only_in_a_draft_or_an_old_revision(
    data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    resource = make_published("photo")
    live = resource.original.file
    agency = resource.agency
    in_draft, in_old_revision, loose = (make_stored_file(agency, name=f"{n}.png") for n in range(3))
    for file in (in_old_revision, in_draft):
        draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
        draft.assets.set([Asset(role="original", file=file, alt="x", sort_order=0, language="vi")])
        draft.save_revision()
    before = stored_names(data_folder)
    with django_capture_on_commit_callbacks(execute=True):
        assert collect().rows == 1
    assert set(StoredFile.objects.all()) == {live, in_draft, in_old_revision}
    assert not StoredFile.objects.filter(pk=loose.pk).exists()
    assert len(before - stored_names(data_folder)) == 3


def test_a_fresh_upload_waits_for_its_draft(data_folder: Path) -> None:
    make_stored_file(make_agency())
    assert collect(rows_age=timedelta(days=7)).rows == 0


def test_a_dry_run_says_the_same_and_removes_nothing(data_folder: Path) -> None:
    make_stored_file(make_agency())
    loose_bytes()
    before = stored_names(data_folder)
    told = collect(dry_run=True)
    assert (told.rows, told.files, told.bytes) == (1, 1, 1)
    assert stored_names(data_folder) == before
    assert StoredFile.objects.exists()


def test_the_command_tells_what_it_did(data_folder: Path) -> None:
    loose_bytes()
    out = StringIO()
    call_command("collect_files", "--bytes-hours=-1", "--dry-run", stdout=out)
    assert "would remove 0 uploads, 1 files" in out.getvalue()
    call_command("collect_files", "--bytes-hours=-1", stdout=out)
    assert stored_names(data_folder) == set()


def test_a_draft_resource_keeps_its_files(data_folder: Path) -> None:
    make_resource("photo")
    assert collect().rows == 0
