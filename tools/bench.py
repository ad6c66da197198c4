"""``make bench``: run the measurements of bench/ and write docs/figures.md.

A measurement prints ``name value unit`` lines, and ``#`` lines that say what was measured.
``ONLY="feeds pictures"`` runs some; the figures of the others stay as they are.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from tools import debian, install, problem, processes
from tools.places import CACHE, ROOT, VENV_PYTHON

FIGURES = ROOT / "docs" / "figures.md"
_TABLE = re.compile(r"^## bench/(\w+)\.py$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
HEAD = """# Figures

Written by `make bench`: both sides of a ratio were measured in one run, on {cores} cores, Python {python}.
`make bench ONLY="feeds pictures"` measures some again.
"""


def main() -> int:
    """Run those asked for; 1 when one of them fails, and then the figures stay as they were."""
    debian.ensure(debian.MEASURING)
    install.ensure("test")
    parts = kept()
    for path in chosen(os.environ.get("ONLY", "")):
        print(f"— {path.name}", flush=True)
        env = {"DATA_DIR": str(CACHE / "bench"), "PYTHONPATH": str(ROOT)}
        code, said = processes.answer([VENV_PYTHON, path], env=env)
        print(said, flush=True)
        if code:
            return 1
        parts[path.stem] = table(path, said)
    head = HEAD.format(cores=os.cpu_count(), python=platform.python_version())
    FIGURES.write_text("\n".join([head, *(parts[name] for name in sorted(parts))]), encoding="utf-8")
    return 0


def chosen(only: str) -> list[Path]:
    """The measurements named in ``only``, all without a name; raises Problem for a name that is none."""
    every = {path.stem: path for path in sorted((ROOT / "bench").glob("[!_]*.py"))}
    unknown = sorted(set(only.split()) - every.keys())
    if unknown:
        raise problem.Problem(
            f"There is no measurement {', '.join(unknown)}. There are: {', '.join(every)}.",
            f"Không có phép đo {', '.join(unknown)}. Các phép đo hiện có: {', '.join(every)}.",
        )
    return [every[name] for name in only.split() or every]


def kept() -> dict[str, str]:
    """Tables that stand in docs/figures.md, by the name of their measurement."""
    if not FIGURES.exists():
        return {}
    return {
        found[1]: f"{found[0].strip()}\n" for found in _TABLE.finditer(FIGURES.read_text(encoding="utf-8"))
    }


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
