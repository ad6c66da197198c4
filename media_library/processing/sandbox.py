"""Untrusted media is opened here and nowhere else: in a child with limits that dies with its parent.

:func:`run` names a function by its address, hands it JSON and gets JSON back. What it makes it leaves in
the :func:`workspace`, which is removed whatever happens.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_library.processing import progress
from media_library.processing.refusal import Refusal
from media_library.processing.zygote import RESULT

MEBIBYTE = 1 << 20
_TIME_TO_LOCK = 10.0
"""Seconds; between making a workspace and locking it lie milliseconds."""
_LOOK = 1.0
"""Seconds between two looks at how far a call has come."""
_LOCK = ".lock"
_RESULT_LIMIT = 64 * MEBIBYTE


@dataclass(frozen=True)
class Limits:
    """What one call may take: seconds of wall clock and of CPU; bytes of memory and of one file.

    ``nice``: how far it steps back behind other processes, 0 to 19.
    """

    seconds: float = 60
    cpu_seconds: int = 60
    memory: int = 1024 * MEBIBYTE
    file_size: int = 1024 * MEBIBYTE
    nice: int = 0


class Failure(Exception):
    """The call did not come to an answer; the file may be hostile, or the machine too busy."""


class TooSlow(Failure):
    """It went past its wall clock or CPU time."""


class TooBig(Failure):
    """It wanted more memory, or a larger file, than it may have."""


class Crashed(Failure):
    """It ended by a signal or by an error that is no :class:`Refusal`."""


@contextlib.contextmanager
def workspace(parent: Path) -> Iterator[Path]:
    """An empty folder under ``parent``, removed at the end.

    It is locked while in use, so that :func:`sweep` can tell what a killed process left behind.
    """
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="work-", dir=parent))
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(parent: Path) -> int:
    """Remove workspaces whose process is gone; returns how many."""
    return sum(_remove_if_abandoned(folder) for folder in parent.glob("work-*"))


def _remove_if_abandoned(folder: Path) -> bool:
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return _remove_if_never_locked(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(lock)


def _remove_if_never_locked(folder: Path) -> bool:
    """Remove what was killed while it was being made, or while it was being removed."""
    try:
        if time.time() - folder.stat().st_mtime < _TIME_TO_LOCK:
            return False
    except OSError:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


Watch = Callable[[float], None]


def run(
    function: str,
    arguments: dict[str, Any],
    *,
    folder: Path,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Any:
    """Call ``function`` (``module:name``) with ``arguments`` in a child whose working folder is ``folder``.

    Returns its JSON answer. Raises :class:`Refusal` as the function raised it, else a :class:`Failure`.
    ``watch`` is called each second with how far it is (0 to 1); what it raises ends the child and is raised.
    """
    inner = Path(tempfile.mkdtemp(prefix=".call-", dir=folder))
    allowed = limits or Limits()
    request = {"function": function, "arguments": arguments, "folder": str(inner), "limits": asdict(allowed)}
    try:
        status = _ask(json.dumps(request).encode(), inner, watch)
        return _answer(status, inner / RESULT)
    finally:
        shutil.rmtree(inner, ignore_errors=True)


def _answer(status: dict[str, Any], result: Path) -> Any:
    if status["late"] or status["code"] in (-24, -14):  # SIGXCPU, SIGALRM
        raise TooSlow
    if status["code"] != 0:
        raise Crashed(f"ended with {status['code']}")
    if result.stat().st_size > _RESULT_LIMIT:
        raise TooBig
    told = json.loads(result.read_text(encoding="utf-8"))
    if "value" in told:
        return told["value"]
    if "refused" in told:
        raise Refusal(told["refused"], **told["facts"])
    if told.get("memory") or told.get("errno") in (errno.EFBIG, errno.ENOMEM):
        raise TooBig
    raise Crashed(told["error"])


class _Nursery:
    """The zygote of this process, started when first needed and again when it has ended."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = 0
        self.control: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def send(self, request: bytes, reply: socket.socket) -> None:
        with self.lock:
            for _attempt in range(2):
                control = self._ready()
                try:
                    socket.send_fds(control, [request], [reply.fileno()])
                    return
                except OSError:
                    self._forget()
            raise Crashed("the sandbox cannot be started")

    def _ready(self) -> socket.socket:
        alive = self.process is not None and self.owner == os.getpid() and self.process.poll() is None
        if not alive or self.control is None:
            self._forget()
            self.control = self._start()
        return self.control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = [path or str(Path.cwd()) for path in sys.path]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", "media_library.processing.zygote", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment,
                start_new_session=True,
            )
        self.owner = os.getpid()
        return ours

    def _forget(self) -> None:
        """Let go of the zygote: it ends when its control socket closes."""
        if self.control is not None:
            self.control.close()
        if self.process is not None and self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        self.control = self.process = None


_nursery = _Nursery()
atexit.register(_nursery._forget)


def _ask(request: bytes, inner: Path, watch: Watch | None) -> dict[str, Any]:
    """The socket closes whatever happens here, and the zygote then ends the child."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            _nursery.send(request, theirs)
        status = _wait(ours, inner, watch)
    if not status:
        raise Crashed("the sandbox ended")
    told: dict[str, Any] = json.loads(status)
    return told


def _wait(ours: socket.socket, inner: Path, watch: Watch | None) -> bytes:
    ours.settimeout(_LOOK if watch else None)
    while True:
        try:
            return ours.recv(4096)
        except TimeoutError:
            if watch is not None:
                watch(progress.heard(inner) or 0.0)
