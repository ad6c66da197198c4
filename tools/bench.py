"""``make bench``: run every measurement of bench/ and write docs/figures.md.

A measurement prints ``name value unit`` lines, and ``#`` lines that say what was measured.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

from tools import debian, install, problem, processes
from tools.places import CACHE, ROOT, VENV_PYTHON

FIGURES = ROOT / "docs" / "figures.md"
HEAD = """# Figures

Written by `make bench`: both sides of a ratio were measured in one run, on {cores} cores, Python {python}.
"""


def main() -> int:
    """Run all; 1 when one of them fails, and then the figures stay as they were."""
    debian.ensure(debian.MEASURING)
    install.ensure("test")
    parts = [HEAD.format(cores=os.cpu_count(), python=platform.python_version())]
    for path in sorted((ROOT / "bench").glob("[!_]*.py")):
        print(f"— {path.name}", flush=True)
        env = {"DATA_DIR": str(CACHE / "bench"), "PYTHONPATH": str(ROOT)}
        code, said = processes.answer([VENV_PYTHON, path], env=env)
        print(said, flush=True)
        if code:
            return 1
        parts.append(table(path, said))
    FIGURES.write_text("\n".join(parts), encoding="utf-8")
    return 0


def table(path: Path, said: str) -> str:
    """What one measurement printed, as Markdown."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    remarks = [line.lstrip("# ") for line in lines if line.startswith("#")]
    cells = [line.split(maxsplit=2) for line in lines if not line.startswith("#")]
    rows = [f"| {' | '.join(cell)} |" for cell in cells if len(cell) == 3 and _number(cell[1])]
    head = [
        f"## {path.relative_to(ROOT)}",
        "",
        *remarks,
        "",
        "| figure | value | unit |",
        "| --- | ---: | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


if __name__ == "__main__":
    problem.run(main)
