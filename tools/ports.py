"""The ports of a run: the site's, and the next one for the example agency's own site."""

from __future__ import annotations

import errno
import os
import socket

from tools import problem

DEFAULT = 8000


def host() -> str:
    return os.environ.get("HOST", "").strip() or "127.0.0.1"


def chosen() -> int:
    """``PORT``, or the default. Raises Problem for anything that is no port with room for a next one."""
    given = os.environ.get("PORT", "").strip() or str(DEFAULT)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 65534):
        raise problem.Problem(
            f"PORT={given} is no port: choose a number from 1024 to 65534, as in make run PORT=8123",
            f"PORT={given} không phải là cổng hợp lệ: bạn hãy chọn số từ 1024 đến 65534, ví dụ PORT=8123",
        )
    return int(given)


def refuse_taken(port: int) -> None:
    """Raises Problem when ``port`` or the next one cannot be listened on."""
    for number in (port, port + 1):
        trouble = _trouble(number)
        if trouble == errno.EACCES:
            raise problem.Problem(
                f"Port {number} is reserved for the system. Choose a higher one: make run PORT=8123",
                f"Cổng {number} dành riêng cho hệ thống. Bạn hãy chọn cổng cao hơn: make run PORT=8123",
            )
        if trouble:
            raise problem.Problem(
                f"Port {number} is taken by another program (the site uses {port}, the example agency "
                f"{port + 1}). End that program, or choose other ports: make run PORT={_free_pair(port)}",
                f"Cổng {number} đang được chương trình khác sử dụng (trang chính dùng {port}, trang cơ quan "
                f"mẫu dùng {port + 1}). Bạn hãy tắt chương trình đó, hoặc chọn cổng khác: "
                f"make run PORT={_free_pair(port)}",
            )


def _trouble(port: int) -> int:
    """The error number of listening on ``port``; 0 when it works."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0


def _free_pair(after: int) -> int:
    return next(
        (port for port in range(after + 2, 65534, 2) if not _trouble(port) and not _trouble(port + 1)), 8123
    )
