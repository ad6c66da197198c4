"""What stops a command, said in English and Vietnamese with what to do about it."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass
class Problem(Exception):
    """Ends the command: what is wrong and what to do, in both languages; ``detail`` as the tool said it."""

    english: str
    vietnamese: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f"\n{_indented(self.detail)}\n" if self.detail.strip() else ""
        return f"\n✗ {self.english}\n\n✗ {self.vietnamese}\n{detail}"


class Stopped(BaseException):
    """SIGTERM or Ctrl-C; whoever started processes ends them on its way up."""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())


def disk_full(where: object) -> Problem:
    return Problem(
        f"The disk is full ({where}). Kho 57 needs about 2 GB: free some space and run the command again; "
        "what is done already is kept.",
        f"Ổ đĩa đã đầy ({where}). Kho 57 cần khoảng 2 GB: bạn hãy giải phóng dung lượng rồi chạy lại lệnh; "
        "phần đã làm xong được giữ nguyên.",
    )


def run(main: Callable[[], Any]) -> NoReturn:
    """Call ``main`` as a command: problems are printed, signals end it with the customary code."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        sys.exit(main())
    except Problem as problem:
        sys.stderr.write(str(problem))
        sys.exit(1)
    except Stopped as stopped:
        sys.exit(128 + int(stopped.args[0]))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.stderr.write(str(disk_full(error.filename or "?")))
        sys.exit(1)


def _stop(number: int, _frame: Any) -> NoReturn:
    raise Stopped(number)
