"""Functions that behave as hostile media makes a decoder behave; called in the sandbox by its tests."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from pathlib import Path

from media_library.processing import progress
from media_library.processing.refusal import Refusal


def answer(**words: str) -> dict[str, str]:
    return {"folder": os.getcwd(), **words}


def refuse() -> None:
    raise Refusal("damaged", page=3)


def sleep(mark: str) -> None:
    subprocess.Popen(["/bin/sh", "-c", f"sleep 3; echo late > {mark}"])
    time.sleep(30)


def come_half_way(mark: str) -> None:
    progress.say(0.5)
    subprocess.Popen(["/bin/sh", "-c", f"sleep 1.5; echo late > {mark}"])
    time.sleep(30)


def spin() -> None:
    while True:
        pass


def hoard() -> int:
    return len(bytearray(2 << 30))


def fill_the_disk(path: str) -> None:
    with open(path, "wb") as out:
        for _number in range(200):
            out.write(b"\x00" * (1 << 20))


def crash() -> None:
    ctypes.string_at(0)


def fail() -> None:
    raise RuntimeError("boom")


def limits() -> dict[str, int]:
    import resource

    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }


def report_then_sleep(mark: str) -> None:
    Path(mark).write_text(str(os.getpid()))
    time.sleep(30)
