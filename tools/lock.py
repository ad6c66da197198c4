"""``make lock``: write requirements/run.txt and test.txt, the whole tree of pyproject.toml with hashes.

Needs the test requirements (pip-tools). Run it on the oldest Python of pyproject.toml: a newer one leaves out
what only the older needs. What is locked already stays as it is unless pyproject.toml says otherwise;
``make lock UPGRADE=1`` takes the newest of everything that pyproject.toml leaves open.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.places import REQUIREMENTS, ROOT

OLDEST = "3.11.2"
"""Python of Debian 12."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
_HEAD = "# Written by make lock from pyproject.toml, whose declarations have sha256 {digest}.\n"
_OPTIONS = (
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-header",
    "--no-annotate",
    "--quiet",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
)


def declared(*, root: Path = ROOT) -> dict[str, list[str]]:
    """Requirements by group, as pyproject.toml gives them; ``test`` includes ``run``."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run = project["project"]["dependencies"]
    return {"run": run, "test": run + project["dependency-groups"]["test"]}


def digest(requirements: list[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(requirements)).encode()).hexdigest()


def pins(text: str) -> dict[str, str]:
    """Version by normalised name, of a lock file or of a list of requirements."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _PIN.findall(text)}


def disagreements(*, root: Path = ROOT) -> list[str]:
    """Sentences on where the lock files do not say what pyproject.toml says; empty when all is well."""
    said = []
    locked: dict[str, dict[str, str]] = {}
    for group, requirements in declared(root=root).items():
        text = (root / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
        locked[group] = pins(text)
        if digest(requirements) not in text:
            said.append(f"requirements/{group}.txt was made from another pyproject.toml: make lock")
        if re.search(r"https?://|--(extra-)?index-url|--find-links", text):
            said.append(f"requirements/{group}.txt holds an address: make lock")
        said += [
            f"requirements/{group}.txt: {name} is not {version}"
            for name, version in pins("\n".join(requirements)).items()
            if locked[group].get(name) != version
        ]
    said += [
        f"requirements: {name} is {version} to run and {locked['test'].get(name)} to test"
        for name, version in locked["run"].items()
        if locked["test"].get(name) != version
    ]
    return said


def too_new(*, oldest: str = OLDEST) -> list[str]:
    """Installed locked packages that refuse the oldest Python we promise; needs the test requirements."""
    from importlib import metadata

    from packaging.specifiers import SpecifierSet

    locked = pins((REQUIREMENTS / "test.txt").read_text(encoding="utf-8"))
    refused = []
    for package in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
        needs = package.metadata.get("Requires-Python") or ""
        if locked.get(name) == package.version and not SpecifierSet(needs).contains(oldest):
            refused.append(f"requirements: {name} {package.version} needs Python {needs}, not {oldest}")
    return refused


def write() -> None:
    for group, requirements in declared().items():
        _compile(requirements, target=REQUIREMENTS / f"{group}.txt")


def _compile(requirements: list[str], *, target: Path) -> None:
    """Run pip-compile; versions already in ``target``, then those of run.txt, are kept where they fit."""
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    constraints = ["--constraint", str(REQUIREMENTS / "run.txt")] if target.stem == "test" else []
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    command = [sys.executable, "-m", "piptools", "compile", *_OPTIONS, *upgrade, *constraints]
    source = "\n".join(requirements) + "\n"
    subprocess.run([*command, "--output-file", str(target), "-"], input=source, text=True, check=True)
    text = _with_conditional(target.read_text("utf-8"), before=before, requirements=requirements)
    target.write_text(_HEAD.format(digest=digest(requirements)) + text, encoding="utf-8")


def _with_conditional(text: str, *, before: str, requirements: list[str]) -> str:
    """``text`` with the entries of ``before`` that are declared for another Python than this one.

    pip-compile leaves them out. Raises ValueError for one that was never locked: lock it with that Python.
    """
    for name in pins("\n".join(line for line in requirements if ";" in line)).keys() - pins(text).keys():
        entry = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", before, re.MULTILINE | re.DOTALL)
        if entry is None:
            raise ValueError(f"{name} is for another Python: run make lock with that one first")
        text += entry.group()
    return text


if __name__ == "__main__":
    write()
