"""Programs that tests need and that no Python package brings; installed through apt where that is allowed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools import problem, processes


@dataclass(frozen=True)
class Program:
    """A program by any of its names, and the Debian or Ubuntu package that brings it.

    One that is ``optional`` saves time; where apt knows no such package, something else does its work.
    """

    names: tuple[str, ...]
    package: str
    optional: bool = False

    def here(self) -> bool:
        return any(shutil.which(name) for name in self.names) or any(
            Path(found).exists() for name in self.names for found in _elsewhere(name)
        )


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
HEADLESS_SHELL = ("chromium-headless-shell", "chrome-headless-shell")
"""The engine of Chromium without a window."""
PROGRAMS = (
    Program(("initdb",), "postgresql"),
    Program(("redis-server",), "redis-server"),
    Program(("nginx",), "nginx-light"),
    Program(("openssl",), "openssl"),
    Program(CHROMIUM, "chromium"),
    Program(HEADLESS_SHELL, "chromium-headless-shell", optional=True),
    Program(("javac",), "default-jdk-headless"),
    Program(("php",), "php-cli"),
    Program(("mcs",), "mono-mcs"),
    Program(("unzip",), "unzip"),
    Program(("7z",), "p7zip-full"),
    Program(("exiftool",), "libimage-exiftool-perl"),
)
FETCHING = (*PROGRAMS, Program(("mvn",), "maven"))
"""Where Elasticsearch is fetched as well: neither an engine for containers nor an earlier run has it."""
MEASURING = (Program(("nginx",), "nginx-light"), Program(("wrk",), "wrk"))
"""What ``make bench`` needs."""


def _elsewhere(name: str) -> list[Path]:
    """Debian keeps PostgreSQL's own tools, and daemons, off the search path."""
    return [*Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), Path("/usr/sbin") / name]


def missing(programs: tuple[Program, ...] = PROGRAMS) -> list[str]:
    """Packages without which the tests cannot run, by name."""
    return [program.package for program in programs if not program.optional and not program.here()]


def ensure(programs: tuple[Program, ...] = PROGRAMS) -> None:
    """Have every program. Raises Problem with the packages to install where apt may not be used."""
    packages = missing(programs)
    if not packages and not _helpful(programs):
        return
    apt = _apt()
    if apt is None:
        if packages:
            raise _ask_for(packages)
        return
    names = " ".join(packages or _helpful(programs))
    print(f"Installing Debian packages · Đang cài gói Debian: {names}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    processes.answer([*apt, "update", "-q"], env=quiet)
    install = ["install", "-y", "-q", "--no-install-recommends"]
    code, said = processes.answer([*apt, *install, *packages, *_helpful(programs)], env=quiet)
    if missing(programs) or (code and packages):
        raise _ask_for(missing(programs), detail="\n".join(said.strip().splitlines()[-12:]))


def _helpful(programs: tuple[Program, ...]) -> list[str]:
    """Optional packages that are not here and that apt knows."""
    absent = [program.package for program in programs if program.optional and not program.here()]
    return [one for one in absent if shutil.which("apt-cache") and _known(one)]


def _known(package: str) -> bool:
    return processes.answer(["apt-cache", "show", package])[0] == 0


def _apt() -> list[str] | None:
    """How to call apt-get here, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and processes.answer(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def _ask_for(packages: list[str], *, detail: str = "") -> problem.Problem:
    command = f"    sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"
    return problem.Problem(
        f"The tests need programs that are missing here. Install them and run the command again:\n{command}",
        f"Máy này thiếu chương trình mà bộ kiểm thử cần. Bạn hãy cài rồi chạy lại lệnh:\n{command}",
        detail,
    )
