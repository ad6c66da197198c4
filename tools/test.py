"""``make test`` (the gate and every test, with real servers) and ``make check`` (the fast inner loop).

Steps stand in groups. A group runs to its end and says everything that failed; the next one begins only
when nothing did. A server whose address the environment gives is used; others are started and stopped here.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.servers import postgresql, redis
from tools import browser_tools, debian, install, problem, processes
from tools.gate import FORM, WHOLE, Step
from tools.places import CACHE, VENV_PYTHON

WORKERS = os.environ.get("TEST_WORKERS", "2")
_PYTEST = (VENV_PYTHON, "-m", "pytest", "-q", "--no-header")
_SPREAD = ("-n", WORKERS, "--dist", "worksteal")
_ON_SQLITE = {"DATABASE_URL": "", "REDIS_URL": ""}
_COVERED = ("--cov", "--cov-report", "term:skip-covered", "--cov-report", f"xml:{CACHE / 'coverage.xml'}")
UNIT = Step(
    "unit tests on SQLite",
    (*_PYTEST, *_SPREAD, "-m", "not browser and not slow"),
    _ON_SQLITE,
    shown=True,
)
ALL_ON_SQLITE = Step(
    "tests on SQLite", (*_PYTEST, *_SPREAD, *_COVERED, "-m", "not browser"), _ON_SQLITE, shown=True
)
CONTRACTS = Step(
    "contracts on PostgreSQL and Redis",
    (*_PYTEST, *_SPREAD, "-m", "contract and not browser"),
    shown=True,
)
BROWSER = Step(
    "journeys in a browser",
    (*_PYTEST, *_SPREAD, "-m", "browser"),
    {**_ON_SQLITE, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"},
    shown=True,
)


def check() -> int:
    """Form, types, imports and unit tests on SQLite."""
    install.ensure("test")
    return _in_groups([("form", FORM), ("unit tests", (_translate(), UNIT))])


def everything() -> int:
    """The gate, all tests on SQLite, contracts on PostgreSQL with Redis, journeys in Chromium."""
    debian.ensure()
    install.ensure("test")
    browser_tools.ensure()
    groups: list[tuple[str, Sequence[Step]]] = [("gate", (_translate(), *WHOLE))]
    with servers() as env:
        contracts = replace(CONTRACTS, env=env)
        groups += [("tests", (ALL_ON_SQLITE, contracts)), ("browser", (BROWSER,))]
        return _in_groups(groups)


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of servers that answer, the environment's own where it gives them."""
    with contextlib.ExitStack() as stack:
        env = {}
        for name, start in (("DATABASE_URL", postgresql.started), ("REDIS_URL", redis.started)):
            env[name] = os.environ.get(name, "").strip() or stack.enter_context(start())
        yield env


def _translate() -> Step:
    return Step("translations", (VENV_PYTHON, "-c", "from tools import translations; translations.build()"))


def _in_groups(groups: Sequence[tuple[str, Sequence[Step]]]) -> int:
    began = time.monotonic()
    for group, steps in groups:
        failed = [step.name for step in steps if not _passes(step)]
        if failed:
            print(f"\n✗ {group}: {', '.join(failed)}  ({time.monotonic() - began:.0f} s)", flush=True)
            return 1
    print(
        f"\n✓ {', '.join(group for group, _steps in groups)}  ({time.monotonic() - began:.0f} s)", flush=True
    )
    return 0


def _passes(step: Step) -> bool:
    """Run one step and print how long it took; the output of a quiet one only where it failed."""
    began = time.monotonic()
    if step.shown:
        print(f"\n— {step.name}", flush=True)
        code, said = processes.call(step.command, env=step.env), ""
    else:
        code, said = processes.answer(step.command, env=step.env)
    print(f"{'✓' if code == 0 else '✗'} {step.name:<40} {time.monotonic() - began:6.1f} s", flush=True)
    if code and said.strip():
        _keep(step, said)
        print(_shortened(said), flush=True)
    return code == 0


def _keep(step: Step, said: str) -> None:
    folder = CACHE / "test"
    folder.mkdir(parents=True, exist_ok=True)
    Path(folder / f"{step.name.replace(' ', '-').replace(':', '')}.log").write_text(said, encoding="utf-8")


def _shortened(said: str, *, lines: int = 60) -> str:
    every = said.rstrip().splitlines()
    more = [f"… {len(every) - lines} lines more in .cache/test/"] if len(every) > lines else []
    return "\n".join(f"    {line}" for line in [*every[:lines], *more])


if __name__ == "__main__":
    problem.run({"check": check, "all": everything}[sys.argv[1]])
