"""A worker may be killed at any moment: nothing is lost, nothing is doubled, nothing is left behind."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from media_library import collector
from media_library.files import storage
from media_library.intake.accept import accept
from media_library.models import Agency, Heartbeat, Job, JobState, Rendition, StoredFile
from media_library.processing import sandbox
from media_library.processing.crop import SHAPES
from tests.factories import make_agency
from tests.media_library.conftest import stored_names
from tests.media_library.specimens import picture

FILES = 40
KILLS = 50
ROOT = Path(__file__).parents[2]
NAMES = {f"w{width}.{ending}" for width in (320, 640, 1000) for ending in ("webp", "jpg")} | {
    "full.jpg",
    *(f"{shape}.jpg" for shape in SHAPES),
}


@pytest.fixture
def environment(data_folder: Path) -> dict[str, str]:
    known = connection.settings_dict
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    told = {"data_folder": str(data_folder), "database": {name: known[name] for name in names}}
    told["database"]["NAME"] = str(known["NAME"])
    return os.environ | {
        "WORKER_TEST": json.dumps(told),
        "DJANGO_SETTINGS_MODULE": "tests.media_library.worker_settings",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def nursery(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.media_library.worker_nursery"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin
        process.stdin.close()


def upload(number: int, agency: Agency) -> None:
    accept(
        stream=io.BytesIO(picture(1000, 700 + number)),
        name=f"anh-{number}.jpg",
        kind="photo",
        agency=agency,
        by=None,
        at=timezone.now(),
    )
    # On a slow machine one job may be hit five times, and would then rightly be given up.
    Job.objects.filter(kind="process_file").update(max_attempts=KILLS + 1)


def start(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin
    assert nursery.stdout
    nursery.stdin.write("start\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def wait_until_at_work(pid: int) -> None:
    for _turn in range(1000):
        if Job.objects.filter(state=JobState.RUNNING, worker__contains=f":{pid}:").exists():
            return
        time.sleep(0.01)
    raise AssertionError("the worker took no job")


def kill_at_random(nursery: subprocess.Popen[str], chance: random.Random) -> None:
    pid = start(nursery)
    wait_until_at_work(pid)
    time.sleep(chance.uniform(0, 0.6))
    os.kill(pid, signal.SIGKILL)


def beats_of(pid: int) -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(name__endswith=f":{pid}")


def finish(environment: dict[str, str]) -> tuple[int, int]:
    """An ordinary worker does the rest and is stopped as supervisors stop it; returns exit code and pid."""
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 120
        # It tells that it lives, and works until nothing is left.
        left = Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED])
        while left.exists() or not beats_of(worker.pid).exists():
            assert time.monotonic() < deadline, "the worker did not come to an end"
            assert worker.poll() is None
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        return worker.wait(20), worker.pid
    finally:
        worker.kill()
        worker.wait()


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
