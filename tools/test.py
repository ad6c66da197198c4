"""``make test`` (the gate and every test, with real servers) and ``make check`` (the fast inner loop).

Steps stand in groups. A group runs to its end and says everything that failed; the next one begins only
when nothing did. A server whose address the environment gives is used; others are started while the gate
runs, and stopped at the end.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.servers import NotStarted, beside, elasticsearch, postgresql, redis
from tools import browser_tools, debian, install, problem, processes
from tools.gate import FORM, PREPARE, WHOLE, Step
from tools.places import CACHE, ROOT, VENV_PYTHON

WORKERS = os.environ.get("TEST_WORKERS", "2")
_PYTEST = (VENV_PYTHON, "-m", "pytest", "-q", "--no-header")
# Branches of tests themselves are not counted; that this is so needs no word in every run.
_COUNTED = (
    VENV_PYTHON,
    "-W",
    "ignore:Unable to activate pytest branch coverage:RuntimeWarning",
    "-m",
    "slipcover",
    "-m",
    *_PYTEST[2:],
    "-p",
    "tests.counting",
)
_SPREAD = ("-n", WORKERS, "--dist", "loadgroup")
_ON_SQLITE = {"DATABASE_URL": "", "REDIS_URL": "", "ELASTICSEARCH_URL": ""}
UNIT = Step(
    "unit tests on SQLite",
    (*_PYTEST, *_SPREAD, "-m", "not browser and not elasticsearch and not slow"),
    _ON_SQLITE,
    shown=True,
)
ALL_ON_SQLITE = Step(
    "tests on SQLite",
    (*_COUNTED, *_SPREAD, "-m", "not browser and not elasticsearch"),
    _ON_SQLITE,
    shown=True,
)
# Tests start some hundred processes of the site; each would compile it anew where the environment forbids
# to keep what was compiled.
_KEEP_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
CONTRACTS = Step(
    "contracts on PostgreSQL, Elasticsearch and Redis",
    (*_PYTEST, *_SPREAD, "-m", "(contract or elasticsearch) and not browser"),
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
    """The gate, all tests on SQLite, contracts on PostgreSQL, Elasticsearch and Redis, journeys in Chromium."""
    _install()
    with servers() as addresses:
        return _in_groups(_everything(addresses))


def _install() -> None:
    """All that tests need; Debian's packages beside the Python ones. Raises Problem when both have ended."""
    with ThreadPoolExecutor(1) as beside_us:
        packages = beside_us.submit(debian.ensure, programs())
        install.ensure("test")
        browser_tools.ensure()
    packages.result()


def programs() -> tuple[debian.Program, ...]:
    """What must be here; Maven only where nothing else brings Elasticsearch."""
    given = os.environ.get("ELASTICSEARCH_URL", "").strip()
    return debian.PROGRAMS if given or not elasticsearch.must_be_fetched() else debian.FETCHING


def _everything(addresses: Callable[[], dict[str, str]]) -> Iterator[tuple[str, Sequence[Step]]]:
    """Groups one after the other: the servers have the time of the gate to start."""
    yield "gate", (_translate(), *WHOLE)
    contracts = replace(CONTRACTS, command=(*CONTRACTS.command, *bearing("contract", "elasticsearch")))
    yield "tests", (ALL_ON_SQLITE, replace(contracts, env=addresses()))
    yield "browser", (replace(BROWSER, command=(*BROWSER.command, *bearing("browser"))),)


def bearing(*marks: str) -> list[str]:
    """The test files that name one of ``marks``: to import all the others only to leave them out takes seconds.

    ``tests/conftest.py`` fails where a test bears one of them that its file does not name.
    """
    wanted = tuple(f"pytest.mark.{mark}" for mark in marks)
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [
        str(file.relative_to(ROOT))
        for file in files
        if any(mark in file.read_text(encoding="utf-8") for mark in wanted)
    ]


SERVERS: dict[str, beside.Start] = {
    "DATABASE_URL": lambda _over: _with_tables(),
    "REDIS_URL": lambda _over: redis.started(),
    "ELASTICSEARCH_URL": lambda over: elasticsearch.started(over=over),
}


@contextlib.contextmanager
def servers() -> Iterator[Callable[[], dict[str, str]]]:
    """Servers that start meanwhile, except those that the environment gives.

    What it yields waits until they answer and returns their addresses by variable, or raises Problem.
    """
    given = {name: os.environ.get(name, "").strip() for name in SERVERS}
    with contextlib.ExitStack() as stack:
        begun = {
            name: stack.enter_context(beside.started(start))
            for name, start in SERVERS.items()
            if not given[name]
        }

        def addresses() -> dict[str, str]:
            try:
                return given | {name: address.result() for name, address in begun.items()}
            except NotStarted as error:
                raise _not_started(error) from error

        yield addresses


@contextlib.contextmanager
def _with_tables() -> Iterator[str]:
    """A PostgreSQL on which the database that tests copy is there when it is asked for."""
    with postgresql.started() as address:
        code, said = processes.answer(PREPARE, env={**_KEEP_COMPILED, "DATABASE_URL": address})
        if code:
            raise NotStarted(said)
        yield address


def _not_started(error: NotStarted) -> problem.Problem:
    return problem.Problem(
        "A server that the tests need did not start. What it said follows; mend that and run the command again.",
        "Một máy chủ mà bộ kiểm thử cần không khởi động được. Bạn hãy xem thông báo bên dưới, khắc phục rồi chạy "
        "lại lệnh.",
        str(error),
    )


def _translate() -> Step:
    return Step("translations", (VENV_PYTHON, "-c", "from tools import translations; translations.build()"))


def _in_groups(groups: Iterable[tuple[str, Sequence[Step]]]) -> int:
    began, passed = time.monotonic(), []
    for group, steps in groups:
        failed = [step.name for step, passes in zip(steps, _run(steps), strict=True) if not passes]
        if failed:
            print(f"\n✗ {group}: {', '.join(failed)}  ({time.monotonic() - began:.0f} s)", flush=True)
            return 1
        passed.append(group)
    print(f"\n✓ {', '.join(passed)}  ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


def _run(steps: Sequence[Step]) -> list[bool]:
    """Whether each passes: the first alone, the others two at a time where none is shown."""
    first, others = steps[0], steps[1:]
    if any(step.shown for step in steps):
        return [_passes(step) for step in steps]
    with ThreadPoolExecutor(2) as pool:
        return [_passes(first), *pool.map(_passes, others)]


def _passes(step: Step) -> bool:
    """Run one step and print how long it took; the output of a quiet one only where it failed."""
    began, env = time.monotonic(), {**_KEEP_COMPILED, **step.env}
    if step.shown:
        print(f"\n— {step.name}", flush=True)
        code, said = processes.call(step.command, env=env), ""
    else:
        code, said = processes.answer(step.command, env=env)
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
