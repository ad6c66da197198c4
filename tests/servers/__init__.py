"""Real servers for tests: on a free loopback port, with data of their own, ended with their block.

Standard library only: the test command starts them before anything else. Run as root, servers that refuse
root run as the user ``nobody``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import processes
from tools.places import CACHE

PATIENCE = 30.0
"""Seconds until a server must answer."""


class NotStarted(RuntimeError):
    """A server that did not answer in time, with what it said."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """Ports as of ``free_port``, no two the same."""
    found: set[int] = set()
    while len(found) < count:
        found.add(free_port())
    return list(found)


@contextlib.contextmanager
def folder(name: str) -> Iterator[Path]:
    """An empty folder for one server: below .cache/servers, or in /tmp where others may not look into it."""
    base = CACHE / "servers"
    base.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and not open_to_all(base):
        base = Path(tempfile.gettempdir())
    made = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=base))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_to_all(path: Path) -> bool:
    """Whether any user of the machine can go into the folder ``path``."""
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def as_user(owned: Path) -> list[str]:
    """Words before a command that root must not run; its user then owns ``owned``. None for others."""
    if os.geteuid() != 0:
        return []
    shutil.chown(owned, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def give(owned: Path) -> None:
    """Let the user of ``as_user`` own the folder with all that is in it now."""
    if os.geteuid() == 0:
        for path in [owned, *owned.rglob("*")]:
            shutil.chown(path, "nobody", "nogroup")


def program(name: str, *places: str, package: str = "") -> str:
    """Path of a program on the search path or in one of ``places`` (patterns below /usr; the newest wins).

    Raises NotStarted, which names the Debian ``package`` that brings it.
    """
    found = shutil.which(name)
    if found:
        return found
    for pattern in places:
        candidates = sorted(Path("/usr").glob(pattern), reverse=True)
        if candidates:
            return str(candidates[0])
    raise NotStarted(f"{name} is not installed: make test installs it (Debian package {package or name})")


def wait(
    *,
    until: Callable[[], bool],
    process: subprocess.Popen[bytes],
    log: Path,
    patience: float = PATIENCE,
    over: threading.Event | None = None,
) -> None:
    """Return when ``until`` holds.

    Raises NotStarted when the process ends, after ``patience`` seconds, or when ``over`` is set meanwhile.
    """
    deadline = time.monotonic() + patience
    while not until():
        given_up = over is not None and over.is_set()
        if process.poll() is not None or given_up or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise NotStarted(f"{process.args!r}\n{said[-2000:]}")
        time.sleep(0.05)


def finish(command: list[str], *, over: threading.Event | None = None) -> int:
    """The code of a command that runs silently to its end. Raises NotStarted when ``over`` is set meanwhile."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with processes.started(command, cwd="/", **quiet) as process:
        while process.poll() is None:
            if over is not None and over.is_set():
                raise NotStarted(f"{command[0]} was given up")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        return int(process.returncode)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
