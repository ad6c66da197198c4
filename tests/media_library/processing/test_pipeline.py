from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media_library.changes import resource_changed
from media_library.files import storage
from media_library.intake.accept import accept
from media_library.models import Job, JobState, Rendition, StoredFile
from media_library.processing import jobs, pipeline, priority, sandbox
from tests.factories import make_agency, make_resource
from tests.media_library import specimens
from tests.media_library.conftest import stored_names

pytestmark = pytest.mark.django_db


def upload(content: bytes, kind: str = "photo", role: str = "original") -> StoredFile:
    return accept(
        stream=io.BytesIO(content),
        name="tep.bin",
        kind=kind,
        role=role,
        agency=make_agency(),
        by=None,
        at=timezone.now(),
    )


CASES: dict[str, tuple[Path, str, str, set[str]]] = {
    "photo": (specimens.PINE, "photo", "original", {"full.jpg", "w320.webp", "w960.jpg"}),
    "film": (specimens.FILM, "video", "original", {"media.mp4", "w1280.webp"}),
    "sound": (specimens.SOUND, "podcast", "original", {"media.mp3", "w640.webp"}),
    "document": (specimens.SLIDES, "document", "original", {"document.pdf", "w1920.webp"}),
    "captions": (specimens.WORDS, "podcast", "transcript", {"captions.vtt"}),
}


@pytest.mark.parametrize("case", CASES)
def test_an_upload_becomes_everything_that_may_be_shown_of_it(case: str, data_folder: Path) -> None:
    path, kind, role, some = CASES[case]
    file = upload(path.read_bytes(), kind, role)
    assert file.processing_state == "waiting"
    assert jobs.run_all_due() == (
        1 if case == "photo" else 2
    )  # the rest have a fingerprint by a job of its own
    file.refresh_from_db()
    assert (file.processing_state, file.problem) == ("ready", "")
    assert some <= set(file.renditions.values_list("name", flat=True))
    for rendition in file.renditions.all():
        told = storage.fingerprint(data_folder / "files" / rendition.storage_name)
        assert (told.size, told.sha256, told.crc32) == (rendition.size, rendition.sha256, rendition.crc32)
    named = {file.storage_name, *file.renditions.values_list("storage_name", flat=True)}
    assert stored_names(data_folder) == named
    assert list((data_folder / "work").iterdir()) == []
    assert (data_folder / "files" / file.storage_name).read_bytes() == path.read_bytes()


@pytest.fixture
def short_film(data_folder: Path, settings: Any, tmp_path: Path) -> StoredFile:
    """Two seconds that browsers do not play as they are, accepted; the ladder is switched on."""
    settings.STREAMING = True
    path = specimens.colour_bars(
        tmp_path / "a.mov", "-c:v", "mpeg4", "-c:a", "pcm_s16le", seconds=2, size="640x480"
    )
    return upload(path.read_bytes(), "video")


def purposes(file: StoredFile) -> dict[str, str]:
    return dict(file.renditions.values_list("name", "purpose"))


@pytest.mark.slow
def test_a_film_is_playable_before_its_ladder_and_its_first_address_stays(short_film: StoredFile) -> None:
    assert jobs.run_all_due(among=priority.PROMPT) == 2, "it, and by what it is known again"
    short_film.refresh_from_db()
    first = short_film.renditions.get(name="media.mp4")
    assert (short_film.processing_state, first.height) == ("ready", 240)
    assert jobs.run_all_due() == 1
    made = purposes(short_film)
    assert made["media.mp4"] == "download"
    assert {"h240.mp4", "h360.m3u8", "h480.mp4", "stream.m3u8"} <= made.keys()
    kept = short_film.renditions.get(sha256=first.sha256)
    assert (kept.name, kept.purpose) == (f"earlier-{first.digest}.mp4", "part")
    assert short_film.renditions.get(name="media.mp4").height == 480
    Job.objects.filter(kind=pipeline.FINISH).update(state="queued")
    assert jobs.run_all_due() == 1
    assert Job.objects.get(kind=pipeline.FINISH).state == JobState.DONE
    assert purposes(short_film).keys() >= made.keys()


@pytest.mark.slow
def test_a_ladder_that_is_stopped_leaves_the_film_as_good_as_it_was(
    short_film: StoredFile, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.run_all_due(among=priority.PROMPT)
    before = purposes(short_film)
    key = f"{pipeline.FINISH}:{short_film.pk}"
    monkeypatch.setattr(sandbox, "_LOOK", 0.02)
    real = jobs.Claim.progress

    def stopped_meanwhile(claim: jobs.Claim, share: float) -> None:
        jobs.cancel(key=key, at=timezone.now())
        real(claim, share)

    monkeypatch.setattr(jobs.Claim, "progress", stopped_meanwhile)
    assert jobs.run_all_due() == 1
    assert Job.objects.get(key=key).state == JobState.CANCELLED
    short_film.refresh_from_db()
    assert (short_film.processing_state, purposes(short_film)) == ("ready", before)
    assert list((data_folder / "work").iterdir()) == []
    named = {short_film.storage_name, *short_film.renditions.values_list("storage_name", flat=True)}
    assert stored_names(data_folder) == named


def test_a_file_that_is_stopped_says_so_and_waits_again_when_it_is_tried_again(data_folder: Path) -> None:
    file = upload(specimens.picture())
    key = f"{pipeline.PROCESS}:{file.pk}"
    assert jobs.cancel(key=key, at=timezone.now())
    file.refresh_from_db()
    assert file.processing_state == "failed"
    assert "Thử lại" in file.problem
    assert jobs.retry(key=key, at=timezone.now())
    file.refresh_from_db()
    assert (file.processing_state, file.problem) == ("waiting", "")
    jobs.run_all_due()
    file.refresh_from_db()
    assert file.processing_state == "ready"


def test_what_was_learnt_is_kept_with_the_file(data_folder: Path) -> None:
    words = upload(specimens.WORDS.read_bytes(), "podcast", "caption")
    paper = upload(specimens.SLIDES.read_bytes(), "document")
    jobs.run_all_due()
    words.refresh_from_db()
    paper.refresh_from_db()
    assert words.extracted["cues"][0]["text"].startswith("Làm sao")
    assert paper.pages == len(paper.extracted["pages"]) == 10


def test_resources_that_show_the_file_are_announced_when_it_is_ready(data_folder: Path) -> None:
    file = upload(specimens.picture())
    resource = make_resource("photo", file=file)
    told: list[list[int]] = []

    def receive(resource_ids: list[int], **_rest: Any) -> None:
        told.append(resource_ids)

    resource_changed.connect(receive)
    try:
        jobs.run_all_due()
    finally:
        resource_changed.disconnect(receive)
    assert told[0] == [resource.pk]
    assert len(told) == 1, "a draft that is dressed afterwards concerns nobody"


def test_done_again_by_a_second_worker_it_is_there_once_and_leaves_no_orphan(data_folder: Path) -> None:
    file = upload(specimens.picture(700, 500))
    at = timezone.now()
    first = jobs.claim(worker="first", at=at)
    assert first
    later = at + 2 * jobs.lease()
    jobs.reap(later)
    assert jobs.run_next(worker="second", at=later)
    with pytest.raises(jobs.LeaseLost):
        pipeline.process_file(first, later)
    assert Rendition.objects.filter(file=file).count() == 10
    file.refresh_from_db()
    named = {file.storage_name, *file.renditions.values_list("storage_name", flat=True)}
    assert stored_names(data_folder) == named


def test_a_file_at_fault_is_marked_in_words_and_not_tried_again(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload(specimens.PANDA.read_bytes())
    path = data_folder / "files" / file.storage_name
    path.write_bytes(path.read_bytes()[:100_000])
    assert jobs.run_all_due() == 1
    file.refresh_from_db()
    assert file.processing_state == "failed"
    assert file.problem
    assert Job.objects.get().state == JobState.FAILED
    assert not file.renditions.exists()
    assert stored_names(data_folder) == {file.storage_name}


def test_a_crash_is_tried_again(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = upload(specimens.picture())
    real = sandbox.run
    monkeypatch.setattr(sandbox, "run", _crash)
    at = timezone.now()
    jobs.run_next(worker="w", at=at)
    file.refresh_from_db()
    assert file.processing_state == "waiting"
    monkeypatch.setattr(sandbox, "run", real)
    jobs.run_next(worker="w", at=Job.objects.get().run_at)
    file.refresh_from_db()
    assert file.processing_state == "ready"


def _crash(*_arguments: Any, **_named: Any) -> None:
    raise sandbox.Crashed("signal 11")


def test_a_file_that_always_crashes_is_given_up_in_words(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload(specimens.picture())
    monkeypatch.setattr(sandbox, "run", _crash)
    while Job.objects.get().state == JobState.QUEUED:
        jobs.run_next(worker="w", at=Job.objects.get().run_at)
    file.refresh_from_db()
    assert file.processing_state == "failed"
    assert file.problem


def test_what_fails_while_it_is_stored_is_taken_back(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload(specimens.picture(700, 500))
    real, count = storage.store, [0]

    def failing(path: Path, *, folder: str) -> str:
        count[0] += 1
        if count[0] == 4:
            raise OSError(28, "No space left on device")
        return real(path, folder=folder)

    monkeypatch.setattr(storage, "store", failing)
    jobs.run_next(worker="w", at=timezone.now())
    assert count[0] == 4
    assert stored_names(data_folder) == {file.storage_name}
    assert Job.objects.get().state == JobState.QUEUED


def test_a_file_whose_row_is_gone_needs_no_work(data_folder: Path) -> None:
    upload(specimens.picture()).delete()
    assert jobs.run_all_due() == 1
    assert Job.objects.get().state == JobState.DONE


def peak_memory() -> int:
    """Bytes that this process held at most since :func:`forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.slow
def test_the_largest_picture_that_is_taken_is_processed_and_this_process_does_not_grow(
    data_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "large.jpg").write_bytes(specimens.picture(7000, 7000, progressive=True, quality=70))
    with (tmp_path / "large.jpg").open("rb") as stream:
        forget_peak()
        before = peak_memory()
        file = accept(
            stream=stream, name="a.jpg", kind="photo", agency=make_agency(), by=None, at=timezone.now()
        )
        jobs.run_all_due()
        grown = peak_memory() - before
    file.refresh_from_db()
    assert file.processing_state == "ready"
    assert grown < 64 << 20
