"""``make run``: from a fresh clone to a site that answers, with one command.

Installs what is missing, hands over to ``tools.serve`` inside ``.venv``, which prepares the data and starts
the processes. Handing over keeps this process's id, so whoever ends ``make`` ends the site.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tools import install, ports, problem
from tools.places import ROOT, VENV_PYTHON, data_dir


def main() -> int:
    ports.refuse_taken(ports.chosen())
    install.ensure("run")
    install.refuse_full_disk(_existing(data_dir()), needed=300_000_000)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), "-m", "tools.serve"])


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(place for place in [path, *path.parents] if place.exists())


if __name__ == "__main__":
    problem.run(main)
