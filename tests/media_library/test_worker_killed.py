"""A worker may be killed at any moment: nothing is lost, nothing is doubled, nothing is left behind."""

from __future__ import annotations

import io
import random
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from media_library import collector
from media_library.files import storage
from media_library.intake.accept import accept
from media_library.models import Agency, Job, JobState, Rendition, StoredFile
from media_library.processing import sandbox
from media_library.processing.crop import SHAPES
from tests.factories import make_agency
from tests.media_library.conftest import stored_names
from tests.media_library.killing import beats_of, finish, kill_at_random
from tests.media_library.specimens import picture

FILES = 40
KILLS = 50
NAMES = {f"w{width}.{ending}" for width in (320, 640) for ending in ("webp", "jpg")} | {
    "full.jpg",
    *(f"{shape}.jpg" for shape in SHAPES),
}


def upload(number: int, agency: Agency) -> None:
    accept(
        stream=io.BytesIO(picture(640, 440 + number)),
        name=f"anh-{number}.jpg",
        kind="photo",
        agency=agency,
        by=None,
        at=timezone.now(),
    )
    # On a slow machine one job may be hit five times, and would then rightly be given up.
    Job.objects.filter(kind="process_file").update(max_attempts=KILLS + 1)


def swept(work: Path) -> list[Path]:
    """What no sweep takes away, once the children of the killed have ended too and let go of their locks."""
    deadline = time.monotonic() + 30
    while list(work.iterdir()) and time.monotonic() < deadline:
        sandbox.sweep(work)
        time.sleep(0.2)
    return list(work.iterdir())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_killed_fifty_times_lose_nothing_double_nothing_and_leave_nothing(
    data_folder: Path, environment: dict[str, str], nursery: subprocess.Popen[str]
) -> None:
    agency = make_agency()
    for number in range(FILES):
        upload(number, agency)
    chance = random.Random(57)
    for _kill in range(KILLS):
        if not Job.objects.filter(state=JobState.QUEUED).exists():
            upload(StoredFile.objects.count(), agency)  # a fast machine: no kill without work
        kill_at_random(nursery, chance)
    code, pid = finish(environment)
    assert code == 0
    files = StoredFile.objects.count()
    assert files >= FILES

    jobs = Job.objects.filter(kind="process_file")
    assert Counter(jobs.values_list("state", flat=True)) == {JobState.DONE: files}
    assert sum(jobs.values_list("attempts", flat=True)) > files + KILLS // 3, "kills met no work"
    assert set(StoredFile.objects.values_list("processing_state", flat=True)) == {"ready"}
    for file in StoredFile.objects.all():
        assert sorted(file.renditions.values_list("name", flat=True)) == sorted(NAMES), file.original_name
    for rendition in Rendition.objects.all():
        told = storage.fingerprint(data_folder / "files" / rendition.storage_name)
        assert (told.size, told.sha256) == (rendition.size, rendition.sha256)

    later = timezone.now() + timedelta(seconds=2)
    collector.collect(at=later, rows_age=timedelta(days=1), bytes_age=timedelta(0))
    named = set(StoredFile.objects.values_list("storage_name", flat=True))
    named |= set(Rendition.objects.values_list("storage_name", flat=True))
    assert stored_names(data_folder) == named
    assert swept(data_folder / "work") == []
    assert not beats_of(pid).exists(), "it takes its leave"
