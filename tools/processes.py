"""Starting programs so that none outlives the command that started it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.places import ROOT

GRACE = 10.0
"""Seconds between asking a process to end and ending it."""


@contextlib.contextmanager
def started(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """The program in a process group of its own; it and its children are ended with the block."""
    process = subprocess.Popen([str(part) for part in command], start_new_session=True, **options)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ask the group of ``process`` to end, wait, then insist. Nothing happens to what has ended."""
    _tell(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    _tell(process, signal.SIGKILL)
    process.wait()


def _tell(process: subprocess.Popen[Any], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def call(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, **options: Any) -> int:
    """Run to the end, output going where ours goes; returns the code."""
    options = {"cwd": ROOT, "env": {**os.environ, **(env or {})}, **options}
    with started(command, **options) as process:
        return process.wait()


def answer(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run to the end; the code, and what it printed on both outputs."""
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with started(command, cwd=ROOT, env={**os.environ, **(env or {})}, **options) as process:
        printed, _none = process.communicate()
        return process.returncode, printed
