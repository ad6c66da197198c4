"""Fingerprints are taken where files are prepared, and for those of before; what is alike is paired once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library.intake import alike, duplicates, nearness
from media_library.intake.accept import accept
from media_library.models import AlikePair, Fingerprint, Job, StoredFile
from media_library.processing import fingerprinting, jobs
from tests.factories import make_agency, make_communicator, make_published, make_resource
from tests.media_library import specimens
from tests.media_library.likes import LONG_TEXT, brighter, coded, photo, stored_picture, stored_words

pytestmark = pytest.mark.django_db


def uploaded(content: bytes, kind: str = "photo", role: str = "original") -> StoredFile:
    stream = io.BytesIO(content)
    return accept(
        stream=stream, name="tep", kind=kind, role=role, agency=make_agency(), by=None, at=timezone.now()
    )


def prepared(capture: Any) -> None:
    with capture(execute=True):
        jobs.run_all_due()


def test_a_picture_that_comes_in_again_brighter_is_paired_with_the_first(
    data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = uploaded(coded(photo())), uploaded(coded(brighter(photo())))
    other = uploaded(coded(photo("PINE")))
    prepared(django_capture_on_commit_callbacks)
    pair = AlikePair.objects.get()
    assert (pair.first, pair.second, pair.how) == (first, second, "picture")
    assert Fingerprint.objects.get(file=other).scheme == "picture"


def test_captions_that_say_the_same_are_paired(data_folder: Path) -> None:
    lines = LONG_TEXT.split(". ")
    times = [f"00:{number // 6:02d}:{number % 6 * 10:02d}.000" for number in range(len(lines) + 1)]
    cues = [f"{a} --> {b}\n{line}\n" for a, b, line in zip(times, times[1:], lines, strict=False)]
    webvtt = ("WEBVTT\n\n" + "\n".join(cues)).encode()
    uploaded(webvtt, "podcast", "caption")
    uploaded(webvtt.replace("Câu số 30".encode(), "Câu khác".encode()), "podcast", "caption")
    jobs.run_all_due()
    assert AlikePair.objects.get().how == "text"


def test_files_of_before_get_theirs_once_and_it_can_be_taken_back(data_folder: Path) -> None:
    file = uploaded(specimens.SOUND.read_bytes(), "podcast")
    uploaded(coded(photo()))
    jobs.run_all_due()
    call_command("fingerprints", forget=True)
    assert not Fingerprint.objects.exists()
    assert fingerprinting.backfill(at=timezone.now()) == 2
    call_command("fingerprints")
    assert Job.objects.filter(kind=fingerprinting.FINGERPRINT).count() == 2
    jobs.run_all_due()
    assert Fingerprint.objects.count() == 2
    assert fingerprinting.backfill(at=timezone.now()) == 0
    marks = Fingerprint.objects.get(file=file).marks
    assert marks["stretches"] and marks["seconds"] == pytest.approx(file.duration or 0, abs=1)


def test_a_job_done_twice_writes_once_and_one_whose_file_is_gone_ends(data_folder: Path) -> None:
    file = stored_words(make_agency(), LONG_TEXT)
    for _time in range(2):
        fingerprinting.order(file, at=timezone.now())
        jobs.run_all_due()
        Job.objects.all().delete()
    assert Fingerprint.objects.count() == 1
    fingerprinting.order(file, at=timezone.now())
    file.delete()
    jobs.run_all_due()
    assert Job.objects.get().state == "done"


def test_a_file_that_cannot_be_opened_has_none_and_its_job_ends(data_folder: Path) -> None:
    file = uploaded(specimens.SOUND.read_bytes(), "podcast")
    (data_folder / "files" / file.storage_name).write_bytes(b"ID3" + b"\0" * 4000)
    StoredFile.objects.update(processing_state="ready")
    Job.objects.all().delete()
    fingerprinting.backfill(at=timezone.now())
    jobs.run_all_due()
    assert Job.objects.get().state == "done" and not Fingerprint.objects.exists()


@pytest.mark.contract
def test_what_is_near_is_found_by_the_bands_and_the_other_way_round() -> None:
    """The most that may differ: seven bits, in every band."""
    agency = make_agency()
    first = stored_picture(agency, photo())
    row = Fingerprint.objects.get()
    turned = dict(row.marks)
    turned["structure"] = f"{int(turned['structure'], 16) ^ 0x0003_0003_0003_0001:016x}"
    assert nearness.distance(turned["structure"], row.marks["structure"]) == 7
    assert [one.file_id for one in alike.near("picture", turned)] == [first.pk]
    turned["structure"] = f"{int(turned['structure'], 16) ^ 0x0000_0000_0000_0100:016x}"
    assert alike.near("picture", turned) == []
    assert alike.near("picture", row.marks, apart=first.pk) == []


@pytest.mark.contract
def test_found_tells_what_a_person_may_see_and_where_the_same_bytes_are() -> None:
    owner, other = make_agency(), make_agency()
    user, at = make_communicator(other), timezone.now()
    same = make_published("photo", agency=owner, file=stored_picture(owner, photo()))
    near = make_published("photo", agency=owner, file=stored_picture(owner, brighter(photo())))
    make_resource("photo", agency=owner, file=stored_picture(owner, photo()))
    file = stored_picture(other, photo())
    draft = make_resource("photo", agency=other, by=user, file=file)
    found = duplicates.found(file, by=user, at=at, apart=draft)
    assert [(match.resource, str(match.how)) for match in found] == [(same, "same"), (near, "picture")]
    assert found[0].nearness == 1 and 0.8 < found[1].nearness <= 1
    assert len(duplicates.found(file, by=make_communicator(owner), at=at)) == 3
    with CaptureQueriesContext(
        connection,
    ) as one:
        duplicates.found(file, by=user, at=at, apart=draft)
    files = [file, *(asset.file for asset in near.assets.all())]
    with CaptureQueriesContext(connection) as two:
        duplicates.found_for(files, by=user, at=at)
    assert len(one) == len(two)


def test_the_same_cover_or_attachment_is_no_duplicate() -> None:
    agency = make_agency()
    cover = stored_picture(agency, photo())
    article = make_published("article", agency=agency)
    article.assets.create(role="cover", file=cover, sort_order=0)
    file = stored_picture(agency, photo())
    assert duplicates.found(file, by=make_communicator(agency), at=timezone.now()) == []
