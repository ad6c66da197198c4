"""The checks that run nothing of the product: form, types, imports, templates, migrations, texts, locks."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.places import CACHE, ROOT, VENV, VENV_PYTHON

BIN = VENV / "bin"
PRODUCT = ("media_library", "search", "cms")
DEPLOYED = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "Vf3-not-a-real-secret-8qLz0TnYkW5rXcB1dHs7JmGpEu2aQoRi4t9vCx6wZy",
    "ALLOWED_HOSTS": "kho57.example.vn",
    "PUBLIC_BASE_URL": "https://kho57.example.vn",
    "DATABASE_URL": "postgres://kho57:kho57@127.0.0.1:5432/kho57",
    "REDIS_URL": "",
    "ELASTICSEARCH_URL": "",
    "DEBUG": "",
    "DEMONSTRATION": "",
    "DATA_DIR": str(CACHE / "deployed"),
}
"""A real site as far as settings go; nothing is connected to."""


@dataclass(frozen=True)
class Step:
    """One command of the gate or one run of tests; ``shown``: its output goes straight to the terminal."""

    name: str
    command: tuple[str | Path, ...]
    env: dict[str, str] = field(default_factory=dict)
    shown: bool = False


def _here(name: str, function: str) -> Step:
    return Step(name, (VENV_PYTHON, "-m", "tools.gate", function))


PREPARE = (VENV_PYTHON, "-c", "from tests import migrated; migrated.prepare()")
"""Makes the migrated database that tests begin with, in the time of the gate."""

FORM = (
    Step("lint", (BIN / "ruff", "check", "--quiet", ".")),
    Step("format", (BIN / "ruff", "format", "--check", "--quiet", ".")),
    Step("types", (BIN / "mypy",)),
    Step("imports run one way", (BIN / "lint-imports", "--no-cache")),
)
"""What ``make check`` looks at before the unit tests."""

WHOLE = (
    *FORM,
    Step("migrations run", PREPARE, {"DATABASE_URL": ""}),
    # Not --check: its reformatting moves white space that shows inside a line of text.
    Step("templates", (BIN / "djlint", "templates", "--lint", "--quiet")),
    Step("migrations are complete", (VENV_PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    Step(
        "a deployed site is safe",
        (VENV_PYTHON, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        DEPLOYED,
    ),
    Step("texts have their Vietnamese", (VENV_PYTHON, "-m", "tools.messages", "--here")),
    _here("locks say what pyproject.toml says", "locks"),
    _here("libraries in use are declared", "libraries"),
)


def locks() -> list[str]:
    """Where lock files and declarations differ."""
    from tools import lock

    npm = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    address = ["package-lock.json holds an address: make lock"] if '"resolved"' in npm else []
    return lock.disagreements() + lock.too_new() + address


def libraries() -> list[str]:
    """Imports of the product that no run requirement of pyproject.toml brings."""
    brought = _brought()
    return [
        f"{where} imports {name}, which pyproject.toml does not declare"
        for where, name in _imports()
        if name not in brought
    ]


def _brought() -> set[str]:
    """Top-level modules of the standard library, the product, and the declared run requirements."""
    from importlib import metadata

    from tools import lock

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = set(lock.pins("\n".join(project["dependencies"])))
    by_module = metadata.packages_distributions()
    normal = {
        module: {name.lower().replace("_", "-").replace(".", "-") for name in names}
        for module, names in by_module.items()
    }
    return (
        {module for module, names in normal.items() if names & declared}
        | set(sys.stdlib_module_names)
        | {*PRODUCT, "__future__"}
    )


def _imports() -> Iterator[tuple[str, str]]:
    for package in PRODUCT:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [node.module]
                for name in names:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name.partition(".")[0]  # type: ignore[attr-defined]


if __name__ == "__main__":
    found = {"locks": locks, "libraries": libraries}[sys.argv[1]]()
    print("\n".join(found))
    sys.exit(1 if found else 0)
