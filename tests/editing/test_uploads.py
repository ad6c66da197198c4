"""Uploads of the admin: what becomes of the file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from media_library.files import storage
from media_library.intake import parts_remote, upload_finish, uploads
from media_library.intake.rejection import Rejected
from media_library.kinds import MAIN_TYPES, kind_of
from media_library.models import Agency, Job, StoredFile, Upload
from media_library.processing import jobs
from tests.editing import tus
from tests.editing.tus import add, begin, begun, nothing_is_left, parts, raising, sent
from tests.factories import (
    picture_bytes,
)
from tests.media_library.conftest import stored_names
from tests.media_library.intake.bucket import Bucket
from tests.media_library.specimens import SLIDES

pytestmark = pytest.mark.django_db

PICTURE = picture_bytes()
"""Of 1.6 KB."""


@pytest.mark.contract
def test_a_picture_in_two_parts_becomes_a_stored_file(
    ours: Client, agency: Agency, data_folder: Path
) -> None:
    address = begun(ours, length=len(PICTURE), agency=agency.pk, kind="infographic", path="Ảnh/đợt 1")
    assert add(ours, address, PICTURE[:100], at=0).status_code == 204
    assert tus.offset(ours, address) == 100
    assert add(ours, address, PICTURE[100:], at=100)["Upload-Offset"] == str(len(PICTURE))
    file = StoredFile.objects.get()
    assert file.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert (data_folder / "files" / file.storage_name).read_bytes() == PICTURE
    told = tus.state(ours, address)
    assert (told["state"], told["file"], told["kind"]) == ("taken", file.pk, "infographic")
    assert (told["path"], told["media_type"]) == ("Ảnh/đợt 1", "image/png")
    assert list(Job.objects.values_list("kind", flat=True)) == ["process_file"]
    assert not any(parts(data_folder))


def test_the_bytes_are_moved_and_not_copied(ours: Client, agency: Agency, data_folder: Path) -> None:
    address = begun(ours, length=len(PICTURE), agency=agency.pk)
    add(ours, address, PICTURE[:100], at=0)
    (part,) = parts(data_folder)
    number, mode = part.stat().st_ino, part.stat().st_mode & 0o777
    add(ours, address, PICTURE[100:], at=100)
    stored = data_folder / "files" / StoredFile.objects.get().storage_name
    assert (stored.stat().st_ino, mode) == (number, 0o600)


@pytest.mark.parametrize(
    ("content", "kind"), [(PICTURE, "photo"), (SLIDES.read_bytes(), "document")], ids=["picture", "pdf"]
)
def test_the_kind_is_told_from_the_content_where_nobody_said_one(
    ours: Client, agency: Agency, content: bytes, kind: str
) -> None:
    told = sent(ours, content, agency=agency.pk)
    assert (told["state"], told["kind"]) == ("taken", kind)


def test_every_main_type_has_a_kind_and_nothing_else_has() -> None:
    assert {kind_of(each) for each in MAIN_TYPES} == {"photo", "video", "podcast", "document"}
    with pytest.raises(KeyError):
        kind_of("text/vtt")


@pytest.mark.parametrize(
    ("content", "told", "says"),
    [
        (b"#!/bin/sh\n", {}, "chương trình"),
        (PICTURE, {"kind": "video"}, "PNG"),
        (PICTURE[:-100], {}, ""),
        (PICTURE, {"sha256": "0" * 64}, "sửa trong lúc tải lên"),
    ],
    ids=["a program", "another kind", "cut off", "changed meanwhile"],
)
def test_a_file_that_is_not_taken_says_why_and_leaves_nothing(
    ours: Client, agency: Agency, data_folder: Path, content: bytes, told: dict[str, str], says: str
) -> None:
    found = sent(ours, content, agency=agency.pk, **told)
    assert found["state"] == "refused"
    assert says in found["problem"] and found["problem"]
    assert nothing_is_left(data_folder)
    assert not Job.objects.exists()


def test_the_announced_hash_is_compared(ours: Client, agency: Agency) -> None:
    right = hashlib.sha256(PICTURE).hexdigest().upper()
    assert sent(ours, PICTURE, agency=agency.pk, sha256=right)["state"] == "taken"


def test_a_large_file_is_taken_in_by_a_worker(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "INLINE", 10)
    found = sent(ours, PICTURE, agency=agency.pk)
    assert (found["state"], found["offset"]) == ("checking", len(PICTURE))
    assert jobs.run_next(worker="test", at=timezone.now())
    assert tus.state(ours, found["address"])["state"] == "taken"
    assert Job.objects.get(kind="finish_upload").state == "done"


def test_a_refusal_by_a_worker_is_in_the_language_of_the_person(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "INLINE", 1)
    found = sent(ours, b"#!/bin/sh\n", agency=agency.pk)
    assert Upload.objects.get().language == "vi"
    jobs.run_next(worker="test", at=timezone.now())
    assert "chương trình" in tus.state(ours, found["address"])["problem"]


def test_what_the_request_could_not_end_a_worker_ends(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(upload_finish, "accept_received", raising(RuntimeError("out of luck")))
        found = sent(ours, PICTURE, agency=agency.pk)
    assert found["state"] == "checking"
    assert not jobs.run_next(worker="test", at=timezone.now()), "the request may still be at it"
    jobs.run_all_due(at=timezone.now() + uploads.GRACE, limit=1)
    assert tus.state(ours, found["address"])["state"] == "taken"


def test_a_machine_that_is_too_busy_does_not_cost_the_upload(
    ours: Client, agency: Agency, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_finish, "accept_received", raising(Rejected("busy")))
    found = sent(ours, PICTURE, agency=agency.pk)
    job = Job.objects.get()
    for _attempt in range(job.max_attempts):
        assert tus.state(ours, found["address"])["state"] == "checking"
        assert any(parts(data_folder))
        Job.objects.update(run_at=timezone.now())
        jobs.run_next(worker="test", at=timezone.now())
    assert tus.state(ours, found["address"])["state"] == "refused"
    assert not any(parts(data_folder))


def test_an_error_of_ours_is_told_in_the_end(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_finish, "accept_received", raising(RuntimeError("a fault")))
    found = sent(ours, PICTURE, agency=agency.pk)
    Job.objects.update(run_at=timezone.now(), max_attempts=1)
    jobs.run_next(worker="test", at=timezone.now())
    told = tus.state(ours, found["address"])
    assert told["state"] == "refused" and told["problem"]


def test_finishing_twice_takes_the_file_in_once(ours: Client, agency: Agency, data_folder: Path) -> None:
    address = begun(ours, length=len(PICTURE), agency=agency.pk)
    add(ours, address, PICTURE[:1], at=0)
    stale = Upload.objects.get()
    add(ours, address, PICTURE[1:], at=1)
    (data_folder / "parts" / stale.token).write_bytes(PICTURE)
    upload_finish.finish(stale, at=timezone.now())
    assert StoredFile.objects.count() == len(stored_names(data_folder)) == 1


def test_what_the_disk_lost_before_the_end_is_asked_for_again(
    ours: Client, agency: Agency, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "INLINE", 1)
    found = sent(ours, PICTURE, agency=agency.pk)
    (part,) = parts(data_folder)
    part.write_bytes(PICTURE[:50])
    jobs.run_next(worker="test", at=timezone.now())
    assert tus.offset(ours, found["address"]) == 50
    add(ours, found["address"], PICTURE[50:], at=50)
    jobs.run_next(worker="test", at=timezone.now())
    assert StoredFile.objects.get().sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_who_listens_hears_of_the_beginning_and_of_the_end(ours: Client, agency: Agency) -> None:
    heard = []

    def listen(sender: Any, signal: Any, upload: Upload, told: Any, **kwargs: Any) -> None:
        heard.append((signal is uploads.taken, upload.file is not None, told.batch))

    for signal in (uploads.created, uploads.taken):
        signal.connect(listen)
    try:
        sent(ours, PICTURE, agency=agency.pk, batch="đợt-57")
    finally:
        for signal in (uploads.created, uploads.taken):
            signal.disconnect(listen)
    assert heard == [(False, False, "đợt-57"), (True, True, "đợt-57")]


@pytest.mark.parametrize("signal", ["created", "taken"])
def test_who_listens_may_refuse_and_nothing_is_left(
    ours: Client, agency: Agency, data_folder: Path, signal: str
) -> None:
    refuse = raising(Rejected("not_taken_here"))
    getattr(uploads, signal).connect(refuse)
    try:
        answer = begin(ours, length=len(PICTURE), body=PICTURE, agency=agency.pk)
    finally:
        getattr(uploads, signal).disconnect(refuse)
    if signal == "created":
        assert answer.status_code == 400 and not Upload.objects.exists()
    else:
        assert tus.state(ours, answer["Location"])["state"] == "refused"
    assert nothing_is_left(data_folder)


def test_with_a_bucket_the_file_lies_there_and_nothing_else(
    ours: Client, agency: Agency, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_folder / "work").mkdir()
    bucket = Bucket(smallest_part=1000)
    monkeypatch.setattr(parts_remote, "PART", 1000)
    monkeypatch.setattr(storage, "private_storage", lambda: bucket)
    assert sent(ours, b"#!/bin/sh\n", agency=agency.pk)["state"] == "refused"
    assert (bucket.objects, bucket.open) == ({}, {})
    address = begun(ours, length=len(PICTURE), agency=agency.pk)
    for at in (0, 700, 1400):
        add(ours, address, PICTURE[at : at + 700] if at < 1400 else PICTURE[at:], at=at)
    assert tus.state(ours, address)["state"] == "taken"
    assert bucket.objects == {f"files/{StoredFile.objects.get().storage_name}": PICTURE}
    assert bucket.open == {}
    assert list((data_folder / "work").iterdir()) == []


def test_a_file_that_is_taken_in_is_not_cancelled(ours: Client, agency: Agency) -> None:
    found = sent(ours, PICTURE, agency=agency.pk)
    answer = tus.cancel(ours, found["address"])
    assert (answer.status_code, answer.json()["code"]) == (403, "upload_ended")
    assert StoredFile.objects.exists()
    assert add(ours, found["address"], b"x", at=0).status_code == 409
    assert add(ours, found["address"], b"x", at=len(PICTURE)).status_code == 413
    assert tus.offset(ours, found["address"]) == len(PICTURE)


def test_a_refused_one_is_cancelled(ours: Client, agency: Agency) -> None:
    found = sent(ours, b"#!/bin/sh\n", agency=agency.pk)
    assert tus.cancel(ours, found["address"]).status_code == 204
    assert not Upload.objects.exists()
