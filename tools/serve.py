"""The processes of a run under one supervisor (honcho); runs inside ``.venv``.

When one process ends, or this one is told to (Ctrl-C, SIGTERM), all of them end.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import honcho.manager
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from tools import ports, prepare, problem, processes
from tools.places import ROOT, VENV, data_dir

SYSTEM_LINES = ("started (pid", "sending SIG")
honcho.manager.KILL_WAIT = 12
"""Seconds; a worker takes up to 8 to hand back its job."""


def main() -> int:
    with prepare.alone():
        accounts = data_dir() / "accounts.txt"
        code = processes.call([sys.executable, "-m", "tools.prepare", accounts])
        if code:
            return code
        people = accounts.read_text(encoding="utf-8").splitlines()
        threading.Thread(target=_announce, args=(_welcome(people),), daemon=True).start()
        procfile = (ROOT / "Procfile.dev").read_text(encoding="utf-8")
        return supervise(parse_procfile(procfile).processes, env=_environment())


def supervise(commands: Mapping[str, str], *, env: Mapping[str, str]) -> int:
    """Run ``commands`` by name until one of them ends or we are told to; returns the code to exit with."""
    manager = Manager(Quiet(sys.stdout))
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=dict(env), cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


class Manager(honcho.manager.Manager):  # type: ignore[misc]  # honcho tells no types
    """honcho's manager, which a signal may reach before it has read what the processes' ids are."""

    def terminate(self) -> None:
        """End all processes, as soon as the ids of all are known: without one honcho would break off."""
        if self._all_started():
            super().terminate()
            return
        signal.signal(signal.SIGALRM, lambda _number, _frame: self.terminate())
        signal.setitimer(signal.ITIMER_REAL, 0.05)


class Quiet(Printer):  # type: ignore[misc]  # honcho tells no types
    """honcho's printer without its own chatter about starts and signals."""

    def write(self, message: Message) -> None:
        text = message.data.decode(errors="replace") if isinstance(message.data, bytes) else message.data
        if message.name != "system" or not any(sign in text for sign in SYSTEM_LINES):
            super().write(message)


def _environment() -> dict[str, str]:
    """What every process of the run gets: the ports settled, and .venv's programs first."""
    port = ports.chosen()
    own = {
        "PORT": str(port),
        "AGENCY_PORT": str(port + 1),
        "HOST": ports.host(),
        "LIBRARY_URL": _address(port),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
    return {"DJANGO_SETTINGS_MODULE": "cms.settings.dev", **os.environ, **own}


def _address(port: int) -> str:
    host = ports.host()
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"


def _welcome(people: list[str]) -> list[str]:
    """What to print once the site answers; ``people``: the password, then a line for each account."""
    port = ports.chosen()
    return [
        "",
        "Kho 57 đã sẵn sàng · Kho 57 is ready",
        f"  Trang công khai · public site      {_address(port)}/vi/",
        f"  Quản trị · administration          {_address(port)}/admin/",
        f"  Trang cơ quan mẫu · example agency {_address(port + 1)}/",
        f"  Tài khoản dùng thử, mật khẩu {people[0]} · trial accounts, that password",
        *people[1:],
        "  Ctrl-C để dừng · to stop",
        "",
    ]


def _announce(lines: list[str]) -> None:
    """Print ``lines`` once the site answers; say so when it does not within a minute."""
    address = f"{_address(ports.chosen())}/healthz"
    if _wait(lambda: _answers(address), seconds=60):
        print("\n".join(lines), flush=True)
    else:
        print(f"✗ {address} does not answer · không trả lời", flush=True)


def _wait(until: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if until():
            return True
        time.sleep(0.1)
    return False


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    problem.run(main)
