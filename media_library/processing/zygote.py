"""The process that forks a fresh child for every piece of untrusted media. Needs no Django.

It is single-threaded, has the media libraries loaded, and so gives a child within milliseconds, where a new
interpreter takes some 300. Each request is one datagram (JSON) with one descriptor: the answer goes there,
and its closing by the client ends the child. End of file on the control socket (the client is gone,
however it died) ends every child and then the zygote itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_library.processing import progress
from media_library.processing.refusal import Refusal

RESULT = ".result.json"
MESSAGE_SIZE = 1 << 17
PRELOAD = tuple(
    f"media_library.processing.{name}"
    for name in (
        "audio",
        "caption",
        "conversion",
        "credit",
        "document",
        "ladder",
        "loudness",
        "marks",
        "office",
        "picture",
        "transcription",
        "video",
    )
)
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@dataclass
class Child:
    """A running child: its process, where its end is told, when it must have ended (monotonic)."""

    pid: int
    handle: int
    reply: socket.socket
    deadline: float
    late: bool = False


class Zygote:
    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self._accept)
        self.children: list[Child] = []
        self.open = True

    def serve(self) -> None:
        """Answer until the client is gone."""
        while self.open:
            for key, _events in self.selector.select(self._patience()):
                key.data()
            self._kill_late()
        for child in self.children:
            _kill(child.pid)

    def _patience(self) -> float | None:
        waits = [child.deadline - time.monotonic() for child in self.children if not child.late]
        return max(0.0, min(waits)) if waits else None

    def _accept(self) -> None:
        message, descriptors, _flags, _address = socket.recv_fds(self.control, MESSAGE_SIZE, 1)
        if not message:
            self.open = False
            return
        reply = socket.socket(fileno=descriptors[0])
        request = json.loads(message)
        pid = os.fork()
        if pid == 0:
            _be_child(request)
        child = Child(pid, os.pidfd_open(pid), reply, time.monotonic() + request["limits"]["seconds"])
        self.children.append(child)
        self.selector.register(child.handle, selectors.EVENT_READ, lambda: self._reap(child))
        self.selector.register(reply, selectors.EVENT_READ, lambda: self._abandon(child))

    def _abandon(self, child: Child) -> None:
        """The client does not wait any more. It may have left in the same moment as the child ended."""
        if child not in self.children:
            return
        self.selector.unregister(child.reply)
        _kill(child.pid)

    def _kill_late(self) -> None:
        for child in self.children:
            if not child.late and time.monotonic() >= child.deadline:
                child.late = True
                _kill(child.pid)

    def _reap(self, child: Child) -> None:
        _pid, status = os.waitpid(child.pid, 0)
        _kill(child.pid)  # whatever it started and left behind
        self.children.remove(child)
        self.selector.unregister(child.handle)
        os.close(child.handle)
        with contextlib.suppress(KeyError):
            self.selector.unregister(child.reply)
        with contextlib.suppress(OSError):
            told = {"code": os.waitstatus_to_exitcode(status), "late": child.late}
            child.reply.send(json.dumps(told).encode())
        child.reply.close()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _be_child(request: dict[str, Any]) -> None:
    """Confine this process, call the function, leave its answer in the folder. Never returns."""
    try:
        os.setsid()
        _confine(request["limits"])
        os.chdir(request["folder"])
        progress.tell_in(Path(request["folder"]))
        answer = _call(request["function"], request["arguments"])
        with Path(RESULT).open("w", encoding="utf-8") as out:
            json.dump(answer, out)
        os._exit(0)
    except BaseException:
        os._exit(70)


def _confine(limits: dict[str, Any]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    die_with_parent()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, 256)
    os.nice(limits["nice"])
    present = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, present + limits["memory"])
    _limit(resource.RLIMIT_CPU, limits["cpu_seconds"], grace=1)  # SIGXCPU tells what SIGKILL would not
    _limit(resource.RLIMIT_FSIZE, limits["file_size"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 64)


def _limit(which: int, value: int, *, grace: int = 0) -> None:
    """Lower a limit (the hard one by ``grace`` less); a hard limit that is lower already stays."""
    hard = resource.getrlimit(which)[1]
    soft, hard = (value, value + grace) if hard == resource.RLIM_INFINITY else (min(value, hard), hard)
    resource.setrlimit(which, (soft, min(hard, value + grace)))


def _call(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, _colon, name = function.partition(":")
    try:
        return {"value": getattr(importlib.import_module(module), name)(**arguments)}
    except Refusal as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}
    except MemoryError:
        return {"memory": True}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000], "errno": getattr(error, "errno", None)}


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    for module in PRELOAD:
        importlib.import_module(module)
    Zygote(control).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
