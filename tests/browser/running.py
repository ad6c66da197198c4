"""The whole site as it runs for people: web server, worker, scheduler, and an agency's site elsewhere."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.settings.environment import BASE_DIR
from tests import migrated

PASSWORD = "mat-khau-thu-9"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """Addresses of a running site; ``manage`` runs a command of it."""

    folder: Path
    port: int
    agency_port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def agency_address(self) -> str:
        """Another origin: another port and another name of this machine."""
        return f"http://localhost:{self.agency_port}"

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=BASE_DIR, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "--verbosity", "0", "--command", code)

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the site's database answers; starting a process of the site to ask takes seconds."""
        with closing(sqlite3.connect(f"file:{self.folder}/kho57.sqlite3?mode=ro", uri=True)) as db:
            return db.execute(statement, parameters).fetchall()

    def status(self, path: str) -> int:
        """HTTP status of ``path``, without following anything into a browser's cache."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)

    def text(self, path: str, *, status: int = 200) -> str:
        """The body of an answer with ``status``; any other fails, for what it lacks would prove nothing."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                found, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            found, body = error.code, error.read()
        assert found == status, f"{path} answers {found}, not {status}"
        return str(body.decode())


@contextmanager
def running(folder: Path, *, populate: str) -> Iterator[Running]:
    """Start everything on free ports with its own data in ``folder``; stop it by its own process ids."""
    folder.mkdir(parents=True, exist_ok=True)
    migrated.copy_to(folder / "kho57.sqlite3")
    site = at_free_ports(folder)
    site.shell(populate)
    others = [
        [sys.executable, "manage.py", "worker"],
        [sys.executable, "manage.py", "scheduler"],
        [sys.executable, "examples/agency-site/serve.py", str(site.agency_port), site.address],
    ]
    with started(site, others=others, ready="/readyz"):
        yield site


def at_free_ports(folder: Path) -> Running:
    """A site with its data in ``folder``, not started yet."""
    site = Running(folder=folder, port=free_port(), agency_port=free_port())
    site.environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.browser.site_settings",
        "PUBLIC_BASE_URL": site.address,
        "PYTHONPATH": str(BASE_DIR),
        "LOG_LEVEL": "WARNING",
        "STREAMING": "no",
    }
    return site


@contextmanager
def started(site: Running, *, others: list[list[str]], ready: str) -> Iterator[None]:
    """The web server and the ``others`` beside it, from when ``ready`` answers 200 until the end."""
    granian = Path(sys.executable).with_name("granian")
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1", "--blocking-threads", "4"]
    web = [str(granian), *options, "--port", str(site.port), "cms.wsgi:application"]
    log = (site.folder / "processes.log").open("w")
    processes = [
        subprocess.Popen(command, cwd=BASE_DIR, env=site.environment, stdout=log, stderr=log)
        for command in [web, *others]
    ]
    try:
        _wait_until_ready(site, processes, ready)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


def _wait_until_ready(site: Running, processes: list[subprocess.Popen[bytes]], ready: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        try:
            if site.status(ready) == 200:
                return
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError(
        "The site did not become ready:\n" + (site.folder / "processes.log").read_text()[-4000:]
    )
