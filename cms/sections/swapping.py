"""A file written whole or not at all, in the place of its former version, whose room is kept for the next one.

On ext4 room for a new file is looked for past all those that were deleted in the minutes before, one by one.
Where sections are rendered again and again, three thousand files take 1.5 s of the processor, and 0.15 s where
none is made and none deleted (docs/decisions/0142). So a new version is written into a spare file beside the
name, and both change places in one step of the kernel (renameat2(2), ``RENAME_EXCHANGE``). What was there before
is the next spare file. It is overwritten with zeros when all is in its place (:func:`blank`), for it may have
been withdrawn; not at once, for a reader may stand between finding a name and opening what it found.

Nobody reads what is written over: a lease on it is only given while no other process has it open (fcntl(2),
``F_SETLEASE``), and one that comes meanwhile waits until it is whole. Where the system, the file system or a
reader does not allow this, a new file is made and renamed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable

try:
    import fcntl
except ImportError:  # not a system with leases
    _LEASES = False
else:
    _LEASES = hasattr(fcntl, "F_SETLEASE")

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_take_room = getattr(os, "posix_fallocate", None)


def spare(path: str) -> str:
    """Where the file for the next version of ``path`` lies; no address leads there."""
    folder, _slash, name = path.rpartition("/")
    return f"{folder}/.{name}.new"


def put(path: str, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all. Not for two at once.

    Raises OSError; FileNotFoundError where there is no folder.
    """
    beside = spare(path)
    if not _written_over(beside, content):
        forget(path)
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), content)
    if not _exchanged(beside, path):
        os.replace(beside, path)  # noqa: PTH105  a Path costs as much as the call


def blank(path: str) -> None:
    """Leave nothing of the version before the one at ``path``: zeros, or no spare file where it is being read."""
    if not _written_over(spare(path)):
        forget(path)


def forget(path: str) -> None:
    """Delete the spare file of ``path``, if there is one."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(spare(path))  # noqa: PTH108  a Path costs as much as the call


def _written_over(path: str, content: bytes | None = None) -> bool:
    """Whether the file at ``path``, which was there and which nobody reads, holds ``content`` now, or zeros."""
    if not _LEASES:
        return False
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    found = os.fstat(file)
    if found.st_nlink > 1 or not _leased(file):
        os.close(file)
        return False
    _write(file, bytes(found.st_size) if content is None else content)
    return True


def _leased(file: int) -> bool:
    """Whether this process is the only one that has ``file`` open; who opens it then waits until it is closed."""
    try:
        # What tells that somebody waits would end the process; this signal is ignored unless someone asks for it.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError:
        return False
    return True


def _write(file: int, content: bytes) -> None:
    """Let ``file`` hold ``content`` alone, and close it.

    Room is taken before the bytes: a file without room has its own allotted by ``rename``, which on a busy disk
    waits for seconds (ext4, ``auto_da_alloc``; docs/decisions/0141).
    """
    with os.fdopen(file, "wb", buffering=0) as writing:
        if content and _take_room is not None:
            # Not every file system can; a full one tells when it is written.
            with contextlib.suppress(OSError):
                _take_room(file, 0, len(content))
        left = memoryview(content)
        while left:
            left = left[writing.write(left) :]
        writing.truncate()


def _renameat2() -> Callable[..., int] | None:
    try:
        found: Callable[..., int] = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):  # not Linux, or a C library that does not know it
        return None
    return found


_exchange = _renameat2()


def _exchanged(one: str, other: str) -> bool:
    """Whether both files have changed places; not where one is missing or the file system cannot."""
    if _exchange is None:
        return False
    return not _exchange(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
