"""No process outlives the command that started it."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import processes, serve
from tools.places import ROOT

SUPERVISOR = """
import os, sys
from tools import serve
sys.exit(serve.supervise({commands!r}, env=dict(os.environ)))
"""
NOTED = "sh -c 'echo $$ >> {notes}; sleep 300 & echo $! >> {notes}; wait'"


def noted(notes: Path, *, count: int) -> list[int]:
    """The process ids in ``notes`` as soon as there are ``count``."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = notes.read_text().split() if notes.exists() else []
        if len(found) >= count:
            return [int(number) for number in found]
        time.sleep(0.05)
    pytest.fail(f"{count} processes were to start")


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def all_end(pids: list[int]) -> bool:
    deadline = time.monotonic() + 15
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


def supervisor(commands: dict[str, str]) -> subprocess.Popen[bytes]:
    script = SUPERVISOR.format(commands=commands)
    return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_supervisor_ends_every_process(tmp_path: Path, number: int) -> None:
    notes = tmp_path / "pids"
    with supervisor({"one": NOTED.format(notes=notes), "two": NOTED.format(notes=notes)}) as process:
        pids = noted(notes, count=4)
        process.send_signal(number)
        assert process.wait(20) == 128 + number
    assert all_end(pids)


def test_when_one_process_ends_all_of_them_do(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    commands = {
        "stays": NOTED.format(notes=notes),
        "ends": f"sh -c 'while [ ! -s {notes} ]; do sleep 0.1; done; exit 3'",
    }
    with supervisor(commands) as process:
        pids = noted(notes, count=2)
        assert process.wait(20) == 3
    assert all_end(pids)


def test_what_a_block_started_ends_with_it(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    with (
        contextlib.suppress(KeyError),
        processes.started(
            ["sh", "-c", f"echo $$ > {notes}; sleep 300 & echo $! >> {notes}; wait"], env=os.environ
        ),
    ):
        pids = noted(notes, count=2)
        raise KeyError
    assert all_end(pids)


def test_a_signal_that_comes_before_the_process_ids_are_known_waits_for_them() -> None:
    manager = serve.Manager(serve.Quiet(io.StringIO()))
    manager.add_process("one", "sleep 300")
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as process:
        manager.terminate()
        assert process.poll() is None
        # What honcho's loop would do with the message of the start.
        manager._processes["one"]["pid"] = process.pid
        assert process.wait(20) == -signal.SIGTERM
