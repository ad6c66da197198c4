"""Workers as processes of their own, to be killed at any moment, on the test's database and data folder."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db.models import QuerySet

from media_library.models import Heartbeat, Job, JobState

ROOT = Path(__file__).parents[2]


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
    time.sleep(chance.uniform(0, 0.3))
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
