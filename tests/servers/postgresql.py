"""PostgreSQL with a database ``kho57`` for tests: nothing is synced to the disk."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tools import processes

_TUNING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Statistics of a table that was empty for a moment lead the planner astray when a test fills it.
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


@contextlib.contextmanager
def started() -> Iterator[str]:
    """The DATABASE_URL of a new server, until the end of the block. Raises NotStarted."""
    with servers.folder("postgresql") as place:
        user, data, log = servers.as_user(place), place / "data", place / "log"
        _make_cluster([*user, _tool("initdb")], data=data, place=place)
        port = servers.free_port()
        options = [word for name, value in _TUNING.items() for word in ("-c", f"{name}={value}")]
        command = [*user, _tool("postgres"), "-D", data, "-p", str(port), *options]
        with log.open("wb") as out, processes.started(command, stdout=out, stderr=out, cwd=place) as process:
            servers.wait(until=lambda: _answers([*user, _tool("pg_isready")], port), process=process, log=log)
            yield f"postgres://kho57@127.0.0.1:{port}/postgres"


def _tool(name: str) -> str:
    return servers.program(name, f"lib/postgresql/*/bin/{name}")


def _make_cluster(initdb: list[str], *, data: Path, place: Path) -> None:
    options = ["--username=kho57", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run([*initdb, *options, "-D", data], cwd=place, capture_output=True, text=True)
    if made.returncode:
        raise servers.NotStarted(made.stderr)


def _answers(pg_isready: list[str], port: int) -> bool:
    asked = [*pg_isready, "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, cwd="/").returncode == 0
