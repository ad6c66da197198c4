"""What nobody goes on with ends, and its bytes with it; what is under way or taken in stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media_library import collector, scheduler
from media_library.intake import parts, parts_remote, upload_expiry, uploads
from media_library.intake.parts import LocalParts
from media_library.intake.upload_metadata import Told
from media_library.models import Agency, Upload, UploadState
from tests.factories import make_agency, make_lead, make_stored_file
from tests.media_library.intake.bucket import Bucket

pytestmark = pytest.mark.django_db

AT = timezone.now()
LATER = AT + timedelta(days=7, seconds=1)


@pytest.fixture
def agency(data_folder: Path) -> Agency:
    return make_agency()


def begun(agency: Agency, *, keeps: int = 10) -> Upload:
    upload = uploads.create(told=Told(name="a.png", agency=agency.pk), length=100, by=make_lead(), at=AT)
    stream: Any = _Stream(keeps)
    return uploads.receive(upload=upload, offset=0, stream=stream, length=keeps, checksum=None, at=AT)


class _Stream:
    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int) -> bytes:
        now, self.left = min(size, self.left), max(0, self.left - size)
        return b"x" * now


@pytest.mark.contract
def test_an_expired_upload_goes_with_its_bytes_at_the_tick_after(agency: Agency, data_folder: Path) -> None:
    begun(agency)
    assert upload_expiry.expire_due(AT + timedelta(days=6)) == 0
    assert len(list((data_folder / "parts").iterdir())) == 1
    scheduler.tick(LATER)
    assert not Upload.objects.exists()
    assert not list((data_folder / "parts").iterdir())


def test_the_setting_says_after_how_long(agency: Agency, settings: Any) -> None:
    settings.UPLOAD_EXPIRY = timedelta(days=1)
    begun(agency)
    assert upload_expiry.expire_due(AT + timedelta(days=1, seconds=1)) == 1


def test_what_is_just_being_written_does_not_expire(agency: Agency, data_folder: Path) -> None:
    upload = begun(agency)
    with LocalParts(data_folder / "parts").alone(upload.token):
        assert upload_expiry.expire_due(LATER) == 0
    assert upload_expiry.expire_due(LATER) == 1


def test_a_refused_upload_tells_its_problem_until_it_expires(agency: Agency) -> None:
    upload = begun(agency)
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.REFUSED, offset=100, problem="x")
    assert upload_expiry.expire_due(AT) == 0
    assert upload_expiry.expire_due(LATER) == 1


def test_what_was_taken_in_or_waits_for_a_worker_does_not_expire(agency: Agency) -> None:
    taken, waiting = begun(agency), begun(agency)
    file = make_stored_file(agency)
    Upload.objects.filter(pk=taken.pk).update(state=UploadState.TAKEN, offset=100, file=file)
    Upload.objects.filter(pk=waiting.pk).update(state=UploadState.CHECKING, offset=100)
    assert upload_expiry.expire_due(LATER) == 0
    file.delete()
    assert set(Upload.objects.all()) == {waiting}, "it goes with its file"


def test_bytes_that_no_upload_names_are_swept_once_they_are_old(agency: Agency, data_folder: Path) -> None:
    named = begun(agency)
    loose = data_folder / "parts" / ("ab" * 20)
    loose.write_bytes(b"x")
    (data_folder / "parts" / "not-ours").touch()
    old = timezone.now().timestamp() - 13 * 3600
    for path in (loose, data_folder / "parts" / named.token):
        os.utime(path, (old, old))
    young = data_folder / "parts" / ("cd" * 20)
    young.touch()
    assert collector.collect(at=timezone.now()).uploads == 1
    assert {path.name for path in (data_folder / "parts").iterdir()} == {named.token, young.name, "not-ours"}


def test_nothing_is_left_in_a_bucket(
    agency: Agency, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_folder / "work").mkdir()
    bucket = Bucket(smallest_part=20)
    monkeypatch.setattr(parts_remote, "PART", 20)
    monkeypatch.setattr(parts.storage, "private_storage", lambda: bucket)
    begun(agency, keeps=50)
    gone = begun(agency, keeps=30)
    assert len(bucket.open) == 2 and len(bucket.objects) == 2
    Upload.objects.filter(pk=gone.pk).delete()
    assert upload_expiry.sweep(before=timezone.now() + timedelta(minutes=1)) == 1
    assert len(bucket.open) == len(bucket.objects) == 1
    assert upload_expiry.expire_due(LATER) == 1
    assert (bucket.objects, bucket.open) == ({}, {})
