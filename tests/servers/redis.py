"""Redis that keeps nothing."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from tests import servers
from tools import processes


@contextlib.contextmanager
def started() -> Iterator[str]:
    """The REDIS_URL of a new server, until the end of the block. Raises NotStarted."""
    with servers.folder("redis") as place:
        port, log = servers.free_port(), place / "log"
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", place]
        command = [servers.program("redis-server"), "--port", str(port), *options]
        with log.open("wb") as out, processes.started(command, stdout=out, stderr=out) as process:
            servers.wait(until=lambda: _answers(port), process=process, log=log)
            yield f"redis://127.0.0.1:{port}/0"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
